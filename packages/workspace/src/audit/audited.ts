import type {
  WorkspaceEvent,
  WorkspaceEventOf,
  WorkspaceEventType,
} from "@clickclack/protocol/events/WorkspaceEvents";

/** What an entry of the audit log tells besides who, by what, when and where. */
export interface Audited {
  /** What was acted on: a member, a channel, an invite, a message. */
  readonly target?: string;
  /** Where the event itself stands in no channel. */
  readonly channel?: string;
  /** Ids and new values; never what somebody wrote to others, and nothing that opens anything. */
  readonly details?: Readonly<Record<string, unknown>>;
}

type Tells<Type extends WorkspaceEventType> = (payload: WorkspaceEventOf<Type>["payload"]) => Audited;

/** Not in the audit log: what people say, and how they answer it, is no administration. */
const NO = undefined;

/** Who made a thing is the entry's actor. */
const withoutMaker = (details: object): Audited["details"] & {} =>
  Object.fromEntries(Object.entries(details).filter(([name]) => name !== "created_by"));

/** Of each type of event whether it is in the audit log, and as what: a new type does not compile without it. */
const AUDITED: { readonly [Type in WorkspaceEventType]: Tells<Type> | undefined } = {
  "workspace.created": ({ owner_id, ...details }) => ({ target: owner_id, details }),
  "workspace.updated": (details) => ({ details }),
  "workspace.ownership_transferred": ({ from, to }) => ({ target: to, details: { from } }),
  // Its entries go with it; whoever folds the log still sees who did it.
  "workspace.deleted": (details) => ({ details }),
  "member.added": ({ user_id, ...details }) => ({ target: user_id, details }),
  "member.removed": ({ user_id }) => ({ target: user_id }),
  "member.moderation_updated": ({ user_id, ...details }) => ({ target: user_id, details }),
  "invite.created": ({ invite_id, channel_id, ...details }) => ({
    target: invite_id,
    ...(channel_id !== undefined && { channel: channel_id }),
    details: withoutMaker(details),
  }),
  "invite.revoked": ({ invite_id }) => ({ target: invite_id }),
  "invite.accepted": ({ invite_id, ...details }) => ({ target: invite_id, details }),
  "channel.created": ({ channel_id, ...details }) => ({ target: channel_id, details: withoutMaker(details) }),
  "channel.updated": ({ channel_id, ...details }) => ({ target: channel_id, details }),
  "channel.member_added": ({ user_id }) => ({ target: user_id }),
  "channel.member_removed": ({ user_id }) => ({ target: user_id }),
  "channel.topic_changed": ({ topic }) => ({ details: { topic } }),
  // The changes alone: what else the event holds of the modes is a state, with the hash of a key.
  "channel.modes_changed": ({ changes }) => ({ details: { changes } }),
  "channel.invited": ({ user_id }) => ({ target: user_id }),
  "member.nick_changed": ({ user_id, ...details }) => ({ target: user_id, details }),
  "topic.created": ({ topic_id, name }) => ({ target: topic_id, details: { name } }),
  "pin.added": ({ message_id }) => ({ target: message_id }),
  "pin.removed": ({ message_id }) => ({ target: message_id }),
  // Of these only those of somebody else's message: the read model knows whose it was.
  "message.deleted": ({ message_id, root_message_id }) => ({
    target: message_id,
    details: { root_message_id },
  }),
  "upload.deleted": ({ upload_id, ...details }) => ({ target: upload_id, details }),
  // Who talks to whom in private is not the owner's business.
  "dm.created": NO,
  "message.created": NO,
  "message.updated": NO,
  "message.attachment_added": NO,
  "upload.created": NO,
  "thread.reply_created": NO,
  "thread.state_updated": NO,
  "reaction.added": NO,
  "reaction.removed": NO,
};

/** The types of events that the audit log holds. */
export const AUDITED_TYPES = (Object.keys(AUDITED) as ReadonlyArray<WorkspaceEventType>).filter(
  (type) => AUDITED[type] !== NO,
);

/** What the audit log tells of an event; undefined for one that it does not hold. */
export const audited = (event: WorkspaceEvent): Audited | undefined =>
  (AUDITED[event.type] as Tells<WorkspaceEventType> | undefined)?.(event.payload);
