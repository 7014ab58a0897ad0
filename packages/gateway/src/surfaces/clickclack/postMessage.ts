import { userView } from "@clickclack/identity/account/userView";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { PostBody } from "@clickclack/protocol/http/MessagesGroup";
import type { Message } from "@clickclack/protocol/http/shapes";
import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import { newId } from "@clickclack/protocol/Ids";
import type { Caller } from "../../authentication/Caller.ts";
import type { GatewayContext } from "../../GatewayContext.ts";
import { createdReply, type HttpReply, ok } from "../../http/HttpReply.ts";
import type { HttpRequest } from "../../http/HttpRequest.ts";
import { eventOf } from "../../Writes.ts";
import { headerKey, nonceKey } from "../../idempotencyKeys.ts";
import { mentionedIn } from "../../mentionedIn.ts";
import type { MessageReads } from "./MessageReads.ts";
import { postedMessage } from "./messageViews.ts";
import { wireEvent } from "./wireEvent.ts";

/** A post as it came in. */
export interface PostRequest {
  readonly caller: Caller;
  readonly payload: typeof PostBody.Type;
  readonly headers: { readonly "idempotency-key"?: string };
  readonly request: HttpRequest;
  readonly rawBody: Uint8Array;
}

type PostReply = HttpReply<
  { readonly message: Message; readonly event: EventFrame } | { readonly message: Message }
>;

/** Posts to a channel or a direct conversation. */
export const postMessage =
  ({ services, directory, writes }: GatewayContext, messages: MessageReads) =>
  async (
    channelId: string,
    { caller, payload, headers, request, rawBody }: PostRequest,
  ): Promise<PostReply> => {
    const workspaceId = await directory.workspaceOf(channelId);
    const { body, nonce, kind, turn_id: turnId, topic_id: topicId, quoted_message_id: quoted } = payload;
    const { upload_id: uploadId } = payload;
    const command = {
      type: "PostMessage" as const,
      channelId,
      messageId: newId("msg"),
      body,
      ...(nonce !== undefined && { nonce }),
      ...(kind !== undefined && { kind }),
      ...(turnId !== undefined && { turnId }),
      ...(topicId !== undefined && topicId !== "" && { topicId }),
      ...(uploadId !== undefined && { uploadId }),
      ...(await messages.quote(quoted, channelId, caller)),
      ...(await mentionedIn(services.reservations, body)),
    };
    const byHeader = headerKey(caller, headers["idempotency-key"], request, rawBody);
    const content = { channelId, body, quoted, kind, turnId, topicId, uploadId };
    const keys = [...byHeader, ...nonceKey(caller, nonce, content)];
    const { correlationId } = request;
    const outcome = await writes.send(workspaceId, caller, command, { correlationId, keys });
    const created = eventOf(outcome, "message.created");
    if (!created) throw new ApiFailure("idempotency_conflict", "this key was used for another request");
    const { event, seq } = created;
    const { message_id: id } = event.payload;
    directory.rememberMessage(id, { workspaceId, channelId, rootId: id });
    const message = await messages.posted(postedMessage(event, userView(caller.account)), event, outcome.seq);
    if (outcome.replayed && byHeader.length === 0) return ok({ message });
    return createdReply({ message, event: wireEvent(event, seq, services.epoch)! });
  };
