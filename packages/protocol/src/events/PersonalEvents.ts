import * as Schema from "effect/Schema";
import { type Envelope, envelope } from "./Envelope.ts";

const optional = Schema.optionalKey;

export const NotificationPreference = Schema.Literals(["all", "mentions", "muted"]);
export type NotificationPreference = typeof NotificationPreference.Type;

/** What was changed last in a personal state. */
export const PersonalChange = Schema.Literals(["read", "preference", "visibility", "draft", "following"]);
export type PersonalChange = typeof PersonalChange.Type;

/**
 * What one person has in one channel, conversation or thread, whole: only the newest version counts. A thread's scope is
 * its root message, and the activity inbox's is the workspace.
 */
export const PersonalState = Schema.Struct({
  user_id: Schema.String,
  scope_id: Schema.String,
  change: PersonalChange,
  last_read_seq: Schema.Int,
  last_read_at: optional(Schema.String),
  preference: optional(NotificationPreference),
  /** The conversation is hidden until something newer than this sequence number is said. */
  hidden_seq: optional(Schema.Int),
  draft: optional(Schema.Struct({ body: Schema.String, updated_at: Schema.String })),
  /** Of a thread: the channel or conversation that it is in. */
  channel_id: optional(Schema.String),
  /** Of a thread: what the person chose, and the thread's newest sequence number when it did. */
  following: optional(Schema.Boolean),
  followed_seq: optional(Schema.Int),
  /** Of the activity inbox: what happened until then was read. */
  read_up_to: optional(Schema.String),
});
export type PersonalState = typeof PersonalState.Type;

/** A personal state as the stream READS keeps it; `version` is 0, as it belongs to no sequence of events. */
export type PersonalEvent = Envelope<"personal.updated", PersonalState> & { readonly workspace_id: string };

export const PersonalEventSchema = envelope("personal.updated", PersonalState, {
  workspace_id: Schema.String,
});
