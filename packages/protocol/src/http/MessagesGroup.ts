import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api";
import { EventFrame } from "../realtime/Frames.ts";
import {
  created,
  failures,
  IdParam,
  idempotencyHeader,
  IntParam,
  LimitParam,
  TypedText,
} from "./endpoint.ts";
import { Message, MessagePage, MessageVersion, ReactionSummary, ThreadState } from "./shapes.ts";

const MAX_BODY = 40_000; // characters, as the contract says

const Body = TypedText(MAX_BODY);
export const Nonce = Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(255));
const Emoji = Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(64));
const short = Schema.optionalKey(Schema.String.check(Schema.isMaxLength(255)));

const reply = {
  body: Body,
  quoted_message_id: short,
  nonce: Schema.optionalKey(Nonce),
  upload_id: Schema.optionalKey(IdParam),
};

const post = { ...reply, kind: short, turn_id: short };

/** A message as it is posted to a channel. */
export const PostBody = Schema.Struct({ ...post, topic_id: short });
/** A message as it is posted to a conversation, where there are no topics. */
export const DirectPostBody = Schema.Struct(post);

const message = { params: { message_id: IdParam }, error: failures } as const;
/** What a post answers: the message and its event; a post that was sent again gets the message alone. */
export const Posted = Schema.Struct({ message: Message, event: EventFrame });
export const OneMessage = Schema.Struct({ message: Message });
const Thread = Schema.Struct({
  root: Message,
  replies: Schema.Array(Message),
  thread_state: ThreadState,
  following: Schema.optionalKey(Schema.Boolean),
  last_read_seq: Schema.optionalKey(Schema.Int),
  unread_count: Schema.optionalKey(Schema.Int),
  mention_count: Schema.optionalKey(Schema.Int),
  oldest_seq: Schema.Int,
  newest_seq: Schema.Int,
  has_older: Schema.Boolean,
  has_newer: Schema.Boolean,
});
const ReplyCreated = Schema.Struct({
  message: Message,
  thread_state: ThreadState,
  events: Schema.Array(EventFrame),
});
const ReplyReplay = Schema.Struct({ message: Message, thread_state: ThreadState, events: Schema.Null });
const Reactions = Schema.Struct({ event: EventFrame, reactions: Schema.Array(ReactionSummary) });

/** Which part of a timeline is asked for; at most one of the three sequence numbers. */
export const Window = {
  limit: Schema.optionalKey(LimitParam),
  after_seq: Schema.optionalKey(IntParam),
  before_seq: Schema.optionalKey(IntParam),
  around_seq: Schema.optionalKey(IntParam),
};

const AS_OF = `A cursor of the workspace, or an RFC 3339 time: the timeline as it stood then, with the texts, reactions and
threads of that moment. Who may see it is decided as of now, and what has been deleted since is shown as deleted.`;

/** The moment that a timeline is asked for. */
export const AsOf = {
  as_of: Schema.optionalKey(Schema.String.annotate({ description: AS_OF }).check(Schema.isMaxLength(64))),
};

/** Messages, threads and reactions. */
export const MessagesGroup = HttpApiGroup.make("messages").add(
  HttpApiEndpoint.get("listMessages", "/api/channels/:channel_id/messages", {
    params: { channel_id: IdParam },
    query: { ...Window, ...AsOf, mode: Schema.optionalKey(Schema.Literal("latest")), topic_id: short },
    success: MessagePage,
    error: failures,
  }),
  HttpApiEndpoint.post("postMessage", "/api/channels/:channel_id/messages", {
    params: { channel_id: IdParam },
    headers: idempotencyHeader,
    payload: PostBody,
    success: [created(Posted), OneMessage],
    error: failures,
  }),
  HttpApiEndpoint.get("getMessageByNonce", "/api/messages/by-nonce", {
    query: { workspace_id: IdParam, nonce: Nonce },
    success: OneMessage,
    error: failures,
  }),
  HttpApiEndpoint.get("getMessage", "/api/messages/:message_id", { ...message, success: OneMessage }),
  HttpApiEndpoint.patch("editMessage", "/api/messages/:message_id", {
    ...message,
    payload: Schema.Struct({ body: Body }),
    success: Posted,
  }),
  HttpApiEndpoint.delete("deleteMessage", "/api/messages/:message_id", { ...message, success: Posted }),
  HttpApiEndpoint.post("routeMessage", "/api/messages/:message_id/route", {
    ...message,
    success: OneMessage,
  }),
  HttpApiEndpoint.get("listVersions", "/api/messages/:message_id/history", {
    ...message,
    success: Schema.Struct({ versions: Schema.Array(MessageVersion) }),
  }),
  HttpApiEndpoint.get("getThread", "/api/messages/:message_id/thread", {
    ...message,
    query: { ...Window, ...AsOf, latest: Schema.optionalKey(Schema.Literals(["true", "false"])) },
    success: Thread,
  }),
  HttpApiEndpoint.post("replyInThread", "/api/messages/:message_id/thread/replies", {
    ...message,
    headers: idempotencyHeader,
    payload: Schema.Struct(reply),
    success: [created(ReplyCreated), ReplyReplay],
  }),
  HttpApiEndpoint.post("addReaction", "/api/messages/:message_id/reactions", {
    ...message,
    headers: idempotencyHeader,
    payload: Schema.Struct({ emoji: Emoji }),
    success: [created(Reactions), Reactions],
  }),
  HttpApiEndpoint.delete("removeReaction", "/api/messages/:message_id/reactions/:emoji", {
    ...message,
    params: { message_id: IdParam, emoji: Emoji },
    success: Reactions,
  }),
);
