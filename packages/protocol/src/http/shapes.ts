import * as Schema from "effect/Schema";
import { Preferences } from "../events/IdentityEvents.ts";
import { ChannelKind, Role } from "../events/WorkspaceEvents.ts";
import { EventFrame } from "../realtime/Frames.ts";

const optional = Schema.optionalKey;

/** RFC 3339, UTC, with milliseconds. */
export const Timestamp = Schema.String.annotate({ format: "date-time" });

export const User = Schema.Struct({
  id: Schema.String,
  kind: Schema.Literals(["human", "bot"]),
  display_name: Schema.String,
  handle: Schema.String,
  avatar_url: Schema.String,
  created_at: Timestamp,
  owner_user_id: optional(Schema.String),
  former_handle: optional(Schema.String),
  deleted_at: optional(Timestamp),
}).annotate({ identifier: "User" });
export type User = typeof User.Type;

/** An account as its own person sees it. */
export const Me = Schema.Struct({
  ...User.fields,
  password_enrolled: optional(Schema.Boolean),
  totp_enrolled: optional(Schema.Boolean),
  notification_settings: optional(Preferences),
  appearance_preferences: optional(Preferences),
}).annotate({ identifier: "Me" });
export type Me = typeof Me.Type;

export const Workspace = Schema.Struct({
  id: Schema.String,
  route_id: Schema.String,
  name: Schema.String,
  slug: Schema.String,
  icon_url: Schema.String,
  created_at: Timestamp,
  role: optional(Role),
}).annotate({ identifier: "Workspace" });
export type Workspace = typeof Workspace.Type;

export const Member = Schema.Struct({
  workspace_id: Schema.String,
  user: User,
  role: Role,
  joined_at: Timestamp,
}).annotate({ identifier: "Member" });
export type Member = typeof Member.Type;

/** A member as owners and moderators see it. */
export const ModeratedMember = Schema.Struct({
  ...Member.fields,
  blocked: Schema.Boolean,
  /** Reads but does not write until then. */
  timeout_until: optional(Timestamp),
  moderation_note: optional(Schema.String),
}).annotate({ identifier: "ModeratedMember" });
export type ModeratedMember = typeof ModeratedMember.Type;

/** How many there are of each role. */
export const RoleCounts = Schema.Struct({
  owner: Schema.Int,
  moderator: Schema.Int,
  member: Schema.Int,
  guest: Schema.Int,
  bot: Schema.Int,
}).annotate({ identifier: "RoleCounts" });
export type RoleCounts = typeof RoleCounts.Type;

export const Channel = Schema.Struct({
  id: Schema.String,
  route_id: Schema.String,
  workspace_id: Schema.String,
  name: Schema.String,
  kind: ChannelKind,
  created_at: Timestamp,
  external_managed: Schema.Boolean,
  last_seq: Schema.Int,
  last_read_seq: Schema.Int,
  unread_count: Schema.Int,
  mention_count: optional(Schema.Int),
  display_title: optional(Schema.String),
  archived_at: optional(Timestamp),
  external_ref: optional(Schema.String),
  external_url: optional(Schema.String),
  sidebar_section: optional(Schema.String),
  /** Seconds that members wait between two posts; absent without slow mode. */
  slow_mode_seconds: optional(Schema.Int),
  /** Whether the caller is in it, in the list of channels: members see public ones that they are not in too. */
  is_member: optional(Schema.Boolean),
}).annotate({ identifier: "Channel" });
export type Channel = typeof Channel.Type;

export const ThreadState = Schema.Struct({
  root_message_id: Schema.String,
  reply_count: Schema.Int,
  last_reply_at: optional(Timestamp),
  last_reply_author_ids: Schema.Array(Schema.String),
}).annotate({ identifier: "ThreadState" });
export type ThreadState = typeof ThreadState.Type;

export const ReactionSummary = Schema.Struct({
  emoji: Schema.String,
  count: Schema.Int,
  reacted_by_me: Schema.Boolean,
}).annotate({ identifier: "ReactionSummary" });
export type ReactionSummary = typeof ReactionSummary.Type;

export const Upload = Schema.Struct({
  id: Schema.String,
  workspace_id: Schema.String,
  owner_id: Schema.String,
  filename: Schema.String,
  content_type: Schema.String,
  byte_size: Schema.Int,
  created_at: Timestamp,
  nonce: optional(Schema.String),
  width: optional(Schema.Int),
  height: optional(Schema.Int),
  duration_ms: optional(Schema.Int),
}).annotate({ identifier: "Upload" });
export type Upload = typeof Upload.Type;

export const Message = Schema.Struct({
  id: Schema.String,
  workspace_id: Schema.String,
  author_id: Schema.String,
  thread_root_id: Schema.String,
  body: Schema.String,
  body_format: Schema.Literal("markdown"),
  created_at: Timestamp,
  route_id: optional(Schema.String),
  channel_id: optional(Schema.String),
  direct_conversation_id: optional(Schema.String),
  parent_message_id: optional(Schema.String),
  topic_id: optional(Schema.String),
  channel_seq: optional(Schema.Int),
  thread_seq: optional(Schema.Int),
  edited_at: optional(Timestamp),
  deleted_at: optional(Timestamp),
  kind: optional(Schema.String),
  turn_id: optional(Schema.String),
  author: optional(User),
  attachments: optional(Schema.Array(Upload)),
  quoted_message_id: optional(Schema.String),
  quoted_body_snapshot: optional(Schema.String),
  quoted_author_id: optional(Schema.String),
  quoted_author: optional(User),
  thread_state: optional(ThreadState),
  nonce: optional(Schema.String),
  reactions: optional(Schema.Array(ReactionSummary)),
}).annotate({ identifier: "Message" });
export type Message = typeof Message.Type;

export const ReadReceipt = Schema.Struct({
  scope_id: Schema.String,
  user_id: Schema.String,
  last_read_seq: Schema.Int,
  last_read_at: optional(Timestamp),
}).annotate({ identifier: "ReadReceipt" });
export type ReadReceipt = typeof ReadReceipt.Type;

/** One text that a message had. */
export const MessageVersion = Schema.Struct({
  body: Schema.String,
  edited_by: Schema.String,
  edited_at: Timestamp,
}).annotate({ identifier: "MessageVersion" });
export type MessageVersion = typeof MessageVersion.Type;

export const Topic = Schema.Struct({
  id: Schema.String,
  workspace_id: Schema.String,
  name: Schema.String,
  created_at: Timestamp,
  channel_id: optional(Schema.String),
}).annotate({ identifier: "Topic" });
export type Topic = typeof Topic.Type;

export const DirectConversation = Schema.Struct({
  id: Schema.String,
  route_id: Schema.String,
  workspace_id: Schema.String,
  created_at: Timestamp,
  members: Schema.Array(User),
  can_send: Schema.Boolean,
  last_seq: Schema.Int,
  last_read_seq: Schema.Int,
  unread_count: Schema.Int,
  mention_count: optional(Schema.Int),
}).annotate({ identifier: "DirectConversation" });
export type DirectConversation = typeof DirectConversation.Type;

export const MessagePage = Schema.Struct({
  messages: Schema.Array(Message),
  oldest_seq: Schema.Int,
  newest_seq: Schema.Int,
  has_older: Schema.Boolean,
  has_newer: Schema.Boolean,
}).annotate({ identifier: "MessagePage" });
export type MessagePage = typeof MessagePage.Type;

/** What a write answers when it changed nothing: an event with empty fields. */
export const EmptyEvent: EventFrame = {
  id: "",
  cursor: "",
  type: "",
  workspace_id: "",
  created_at: "",
  payload: {},
};

export const Event = EventFrame;
