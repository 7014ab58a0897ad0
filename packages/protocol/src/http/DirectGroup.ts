import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api";
import { created, failures, IdParam, idempotencyHeader } from "./endpoint.ts";
import { AsOf, DirectPostBody, Posted, OneMessage, Window } from "./MessagesGroup.ts";
import { DirectConversation, MessagePage } from "./shapes.ts";

const conversation = { params: { direct_conversation_id: IdParam }, error: failures } as const;
const One = Schema.Struct({ conversation: DirectConversation });

/** Conversations between a few members; they are found by who is in them. */
export const DirectGroup = HttpApiGroup.make("direct").add(
  HttpApiEndpoint.get("listConversations", "/api/dms", {
    query: { workspace_id: IdParam },
    success: Schema.Struct({ conversations: Schema.Array(DirectConversation) }),
    error: failures,
  }),
  HttpApiEndpoint.post("openConversation", "/api/dms", {
    headers: idempotencyHeader,
    payload: Schema.Struct({
      workspace_id: IdParam,
      member_ids: Schema.Array(IdParam).check(Schema.isMaxLength(32)),
    }),
    success: created(One),
    error: failures,
  }),
  HttpApiEndpoint.get("getConversation", "/api/dms/:direct_conversation_id", {
    ...conversation,
    success: One,
  }),
  HttpApiEndpoint.delete("hideConversation", "/api/dms/:direct_conversation_id", {
    ...conversation,
    success: Schema.Struct({ ok: Schema.Literal(true) }),
  }),
  HttpApiEndpoint.post("showConversation", "/api/dms/:direct_conversation_id/open", {
    ...conversation,
    success: One,
  }),
  HttpApiEndpoint.get("listDirectMessages", "/api/dms/:direct_conversation_id/messages", {
    ...conversation,
    query: { ...Window, ...AsOf },
    success: MessagePage,
  }),
  HttpApiEndpoint.post("postDirectMessage", "/api/dms/:direct_conversation_id/messages", {
    ...conversation,
    headers: idempotencyHeader,
    payload: DirectPostBody,
    success: [created(Posted), OneMessage],
  }),
);
