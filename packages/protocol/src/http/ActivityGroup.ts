import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api";
import { failures, IdParam, LimitParam } from "./endpoint.ts";
import { Message, Timestamp, User } from "./shapes.ts";

export const ActivityType = Schema.Literals(["mention", "thread_reply", "reaction"]);
export type ActivityType = typeof ActivityType.Type;

/** Longer than any id of an activity: a time, two ids and an emoji, in base64. */
const MAX_ACTIVITY_ID = 1024;
const ActivityId = Schema.String.check(Schema.isMaxLength(MAX_ACTIVITY_ID));

export const Activity = Schema.Struct({
  id: Schema.String,
  type: ActivityType,
  at: Timestamp,
  actor_id: Schema.String,
  actor: Schema.optionalKey(User),
  /** The message that mentions, the reply, or the caller's message that was reacted to. */
  message: Message,
  emoji: Schema.optionalKey(Schema.String),
  unread: Schema.Boolean,
}).annotate({ identifier: "Activity" });
export type Activity = typeof Activity.Type;

/** What others did that concerns the caller: mentions, replies in followed threads, reactions to its messages. */
export const ActivityGroup = HttpApiGroup.make("activity").add(
  HttpApiEndpoint.get("listActivity", "/api/me/activity", {
    query: {
      workspace_id: IdParam,
      /** Types, separated by commas; all without it. */
      types: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(255))),
      unread: Schema.optionalKey(Schema.Literals(["true", "false"])),
      limit: Schema.optionalKey(LimitParam),
      cursor: Schema.optionalKey(ActivityId),
    },
    success: Schema.Struct({
      activity: Schema.Array(Activity),
      /** Of the types that were asked for. */
      unread_count: Schema.Int,
      next_cursor: Schema.NullOr(Schema.String),
    }),
    error: failures,
  }),
  HttpApiEndpoint.post("readActivity", "/api/me/activity/read", {
    /** `up_to` is the id of an activity, or a time. */
    payload: Schema.Struct({ workspace_id: IdParam, up_to: ActivityId }),
    success: Schema.Struct({ read_up_to: Timestamp }),
    error: failures,
  }),
);
