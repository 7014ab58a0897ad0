import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api";
import { failures, IdParam, LimitParam } from "./endpoint.ts";
import { Receipt, Seq } from "./PersonalGroup.ts";
import { Message } from "./shapes.ts";

/** Any message of the thread will do. */
const thread = { params: { message_id: IdParam }, error: failures } as const;
const Following = Schema.Struct({ root_message_id: Schema.String, following: Schema.Boolean });

export const FollowedThread = Schema.Struct({
  root: Message,
  channel_id: Schema.optionalKey(Schema.String),
  direct_conversation_id: Schema.optionalKey(Schema.String),
  following: Schema.Literal(true),
  last_read_seq: Schema.Int,
  /** Replies of others, not deleted, that came after what was read. */
  unread_count: Schema.Int,
  mention_count: Schema.Int,
}).annotate({ identifier: "FollowedThread" });
export type FollowedThread = typeof FollowedThread.Type;

/** Threads that the caller follows, and how far it has read them. */
export const ThreadsGroup = HttpApiGroup.make("threads").add(
  HttpApiEndpoint.put("followThread", "/api/messages/:message_id/thread/follow", {
    ...thread,
    success: Following,
  }),
  HttpApiEndpoint.delete("unfollowThread", "/api/messages/:message_id/thread/follow", {
    ...thread,
    success: Following,
  }),
  HttpApiEndpoint.post("readThread", "/api/messages/:message_id/thread/read", {
    ...thread,
    payload: Seq,
    success: Receipt,
  }),
  HttpApiEndpoint.post("unreadThread", "/api/messages/:message_id/thread/unread", {
    ...thread,
    payload: Seq,
    success: Receipt,
  }),
  HttpApiEndpoint.get("listThreads", "/api/me/threads", {
    query: {
      workspace_id: IdParam,
      unread: Schema.optionalKey(Schema.Literals(["true", "false"])),
      limit: Schema.optionalKey(LimitParam),
      cursor: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(128))),
    },
    success: Schema.Struct({
      threads: Schema.Array(FollowedThread),
      total_unread_threads: Schema.Int,
      next_cursor: Schema.NullOr(Schema.String),
    }),
    error: failures,
  }),
);
