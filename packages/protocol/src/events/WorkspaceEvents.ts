import * as Schema from "effect/Schema";
import { type Envelope, envelope } from "./Envelope.ts";

const optional = Schema.optionalKey;

export const Role = Schema.Literals(["owner", "moderator", "member", "guest", "bot"]);
export type Role = typeof Role.Type;

export const ChannelKind = Schema.Literals(["public", "private"]);
export type ChannelKind = typeof ChannelKind.Type;

/** What an invite makes of who accepts it. */
export const InviteRole = Schema.Literals(["moderator", "member", "guest"]);
export type InviteRole = typeof InviteRole.Type;

/** Whom a message calls besides the users that it names. */
export const Audience = Schema.Literals(["channel", "here", "everyone"]);
export type Audience = typeof Audience.Type;

const channelFields = {
  name: Schema.String,
  display_title: optional(Schema.String),
  external_managed: optional(Schema.Boolean),
  external_ref: optional(Schema.String),
  external_url: optional(Schema.String),
  sidebar_section: optional(Schema.String),
  /** Seconds between two posts of one member; absent without slow mode. */
  slow_mode_seconds: optional(Schema.Int),
};

/** An upload on a message; its size is told, so that whoever counts needs no other event. */
const Attachment = Schema.Struct({ upload_id: Schema.String, byte_size: Schema.Int });

/** How a channel is moderated: who runs it, who may speak and who may come in. Absent lists are empty. */
export const ChannelModes = Schema.Struct({
  /** Whoever made the channel, until somebody is named or struck off. */
  operators: optional(Schema.Array(Schema.String)),
  voiced: optional(Schema.Array(Schema.String)),
  /** Only operators and the voiced speak. */
  moderated: optional(Schema.Boolean),
  /** Only who is in the channel speaks in it. */
  members_only: optional(Schema.Boolean),
  /** Only operators change the topic. */
  topic_locked: optional(Schema.Boolean),
  /** Told of on IRC to nobody but who is in it. */
  secret: optional(Schema.Boolean),
  /** Only who was invited joins. */
  invite_only: optional(Schema.Boolean),
  /** Hash of what has to be said to join. */
  key_hash: optional(Schema.String),
  /** How many members there may be for another to join. */
  member_limit: optional(Schema.Int),
  /** Masks, `nick!user@host` with `*` and `?`, of those who may neither join nor speak. */
  bans: optional(Schema.Array(Schema.String)),
});
export type ChannelModes = typeof ChannelModes.Type;

const messageFields = {
  message_id: Schema.String,
  author_id: Schema.String,
  body: Schema.String,
  nonce: optional(Schema.String),
  kind: optional(Schema.String),
  turn_id: optional(Schema.String),
  topic_id: optional(Schema.String),
  quoted_message_id: optional(Schema.String),
  quoted_body_snapshot: optional(Schema.String),
  quoted_author_id: optional(Schema.String),
  mentioned_user_ids: optional(Schema.Array(Schema.String)),
  mentioned_audiences: optional(Schema.Array(Audience)),
  attachments: optional(Schema.Array(Attachment)),
  /** What programs say of it besides its text. */
  meta: optional(Schema.Record(Schema.String, Schema.Unknown)),
};

/** The payloads of a workspace's events by type: the stored format of version 1, for ever. */
export const WorkspacePayloads = {
  "workspace.created": Schema.Struct({
    name: Schema.String,
    slug: Schema.String,
    icon_url: Schema.String,
    owner_id: Schema.String,
  }),
  "workspace.updated": Schema.Struct({
    name: optional(Schema.String),
    slug: optional(Schema.String),
    icon_url: optional(Schema.String),
  }),
  /** The one who handed the workspace over is a moderator from then on. */
  "workspace.ownership_transferred": Schema.Struct({ from: Schema.String, to: Schema.String }),
  /** The last event of its workspace. */
  "workspace.deleted": Schema.Struct({ slug: Schema.String }),
  "member.added": Schema.Struct({
    user_id: Schema.String,
    role: Role,
    /** What it is called here, if that is not its handle. */
    nick: optional(Schema.String),
  }),
  "member.removed": Schema.Struct({
    user_id: Schema.String,
    /** The channels that it was in. */
    channel_ids: optional(Schema.Array(Schema.String)),
    reason: optional(Schema.String),
  }),
  "member.nick_changed": Schema.Struct({
    user_id: Schema.String,
    nick: Schema.String,
    previous: Schema.String,
  }),
  "member.moderation_updated": Schema.Struct({
    user_id: Schema.String,
    role: Role,
    blocked: Schema.Boolean,
    /** RFC 3339; reads but does not write until then. */
    timeout_until: optional(Schema.String),
    /** For owners and moderators alone. */
    moderation_note: optional(Schema.String),
  }),
  "invite.created": Schema.Struct({
    invite_id: Schema.String,
    role: InviteRole,
    /** The channel that it leads into. */
    channel_id: optional(Schema.String),
    /** Absent for one that ends when it is revoked. */
    expires_at: optional(Schema.String),
    max_uses: optional(Schema.Int),
    created_by: Schema.String,
  }),
  "invite.revoked": Schema.Struct({ invite_id: Schema.String }),
  "invite.accepted": Schema.Struct({
    invite_id: Schema.String,
    user_id: Schema.String,
    /** How often it was used then: as before where a member used it to come into a channel. */
    uses: Schema.Int,
  }),
  "channel.created": Schema.Struct({
    channel_id: Schema.String,
    kind: ChannelKind,
    created_by: Schema.String,
    ...channelFields,
  }),
  "channel.updated": Schema.Struct({
    channel_id: Schema.String,
    archived: Schema.Boolean,
    ...channelFields,
  }),
  "channel.member_added": Schema.Struct({ channel_id: Schema.String, user_id: Schema.String }),
  "channel.member_removed": Schema.Struct({
    channel_id: Schema.String,
    user_id: Schema.String,
    reason: optional(Schema.String),
  }),
  "channel.topic_changed": Schema.Struct({
    channel_id: Schema.String,
    topic: Schema.String,
    set_by: Schema.String,
  }),
  "channel.modes_changed": Schema.Struct({
    channel_id: Schema.String,
    set_by: Schema.String,
    /** What changed, one letter and sign each, as IRC writes it: `+o`, and whom or what it is about. */
    changes: Schema.Array(Schema.Struct({ mode: Schema.String, argument: optional(Schema.String) })),
    /** All of the modes from then on. */
    modes: ChannelModes,
  }),
  "channel.invited": Schema.Struct({
    channel_id: Schema.String,
    user_id: Schema.String,
    invited_by: Schema.String,
  }),
  "dm.created": Schema.Struct({
    direct_conversation_id: Schema.String,
    member_ids: Schema.Array(Schema.String),
    created_by: Schema.String,
  }),
  "topic.created": Schema.Struct({
    topic_id: Schema.String,
    name: Schema.String,
    created_by: Schema.String,
  }),
  "pin.added": Schema.Struct({
    channel_id: Schema.String,
    message_id: Schema.String,
    pinned_by: Schema.String,
  }),
  "pin.removed": Schema.Struct({
    channel_id: Schema.String,
    message_id: Schema.String,
    pinned_by: Schema.String,
  }),
  "message.created": Schema.Struct({ ...messageFields, channel_seq: Schema.Int }),
  "message.updated": Schema.Struct({
    message_id: Schema.String,
    root_message_id: Schema.String,
    body: Schema.String,
    mentioned_user_ids: optional(Schema.Array(Schema.String)),
    mentioned_audiences: optional(Schema.Array(Audience)),
  }),
  "message.attachment_added": Schema.Struct({
    message_id: Schema.String,
    root_message_id: Schema.String,
    upload_id: Schema.String,
    byte_size: Schema.Int,
    /** How many the message has then. */
    attachment_count: Schema.Int,
  }),
  "message.deleted": Schema.Struct({
    message_id: Schema.String,
    root_message_id: Schema.String,
    /** Uploads that go with it; they were its author's. */
    removed_uploads: optional(
      Schema.Array(
        Schema.Struct({ upload_id: Schema.String, owner_id: Schema.String, byte_size: Schema.Int }),
      ),
    ),
  }),
  "upload.created": Schema.Struct({
    upload_id: Schema.String,
    owner_id: Schema.String,
    filename: Schema.String,
    content_type: Schema.String,
    byte_size: Schema.Int,
    /** SHA-256 of the bytes, in hexadecimal. */
    sha256: Schema.String,
    nonce: optional(Schema.String),
    width: optional(Schema.Int),
    height: optional(Schema.Int),
    duration_ms: optional(Schema.Int),
  }),
  "upload.deleted": Schema.Struct({
    upload_id: Schema.String,
    owner_id: Schema.String,
    byte_size: Schema.Int,
  }),
  "thread.reply_created": Schema.Struct({
    ...messageFields,
    root_message_id: Schema.String,
    thread_seq: Schema.Int,
  }),
  "thread.state_updated": Schema.Struct({
    root_message_id: Schema.String,
    reply_count: Schema.Int,
    last_reply_at: optional(Schema.String),
    last_reply_author_ids: Schema.Array(Schema.String),
  }),
  "reaction.added": Schema.Struct({
    message_id: Schema.String,
    emoji: Schema.String,
    user_id: Schema.String,
    count: Schema.Int,
  }),
  "reaction.removed": Schema.Struct({
    message_id: Schema.String,
    emoji: Schema.String,
    user_id: Schema.String,
    count: Schema.Int,
  }),
} as const;

export type WorkspaceEventType = keyof typeof WorkspacePayloads;
export type WorkspacePayload<Type extends WorkspaceEventType> = (typeof WorkspacePayloads)[Type]["Type"];

/** An event of a workspace's log. `channel_id` stands on what belongs to a channel. */
export type WorkspaceEventOf<Type extends WorkspaceEventType> = Envelope<Type, WorkspacePayload<Type>> & {
  readonly workspace_id: string;
  readonly channel_id?: string;
};
export type WorkspaceEvent = { [Type in WorkspaceEventType]: WorkspaceEventOf<Type> }[WorkspaceEventType];

/** Schemas of whole stored events, by type. */
export const WorkspaceEventSchemas = Object.fromEntries(
  Object.entries(WorkspacePayloads).map(([type, payload]) => [
    type,
    envelope(type, payload, { workspace_id: Schema.String, channel_id: optional(Schema.String) }),
  ]),
) as unknown as { readonly [Type in WorkspaceEventType]: Schema.Codec<WorkspaceEventOf<Type>> };
