import * as Schema from "effect/Schema";

const optional = Schema.optionalKey;

/**
 * One event as clients see it: ids only, one object a text frame. Shown live, on replay and in answers to writes.
 * `cursor` is empty on what has no place in the log: presence, typing, and what a person's own devices did, told to
 * all of its sockets (`channel.read`, `dm.read`, `thread.read`, `thread.follow_updated`, `activity.read`, `draft.updated`).
 */
export const EventFrame = Schema.Struct({
  id: Schema.String,
  cursor: Schema.String,
  type: Schema.String,
  workspace_id: Schema.String,
  channel_id: optional(Schema.String),
  seq: optional(Schema.Int),
  created_at: Schema.String,
  payload: Schema.Record(Schema.String, Schema.Unknown),
  mentioned_user_ids: optional(Schema.Array(Schema.String)),
}).annotate({ identifier: "Event" });
export type EventFrame = typeof EventFrame.Type;

/** Why a cursor could not be served. */
export const ResyncReason = Schema.Literals([
  "malformed",
  "unknown",
  "other_workspace",
  "other_epoch",
  "ahead_of_tail",
  "too_far_behind",
]);
export type ResyncReason = typeof ResyncReason.Type;

/** Sent once before close code 4001. */
export const ResyncFrame = Schema.Struct({
  type: Schema.Literal("resync_required"),
  workspace_id: Schema.String,
  tail_cursor: Schema.String,
  reason: ResyncReason,
});
export type ResyncFrame = typeof ResyncFrame.Type;
