import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api";
import { EventFrame } from "../realtime/Frames.ts";
import { created, failures, IdParam, idempotencyHeader } from "./endpoint.ts";
import { Message, Topic } from "./shapes.ts";

const channel = { channel_id: IdParam };

/** What stands out in a channel: pinned messages, and topics. */
export const PinsGroup = HttpApiGroup.make("pins").add(
  HttpApiEndpoint.get("listPins", "/api/channels/:channel_id/pins", {
    params: channel,
    success: Schema.Struct({ messages: Schema.Array(Message) }),
    error: failures,
  }),
  HttpApiEndpoint.post("pinMessage", "/api/channels/:channel_id/pins", {
    params: channel,
    headers: idempotencyHeader,
    payload: Schema.Struct({ message_id: IdParam }),
    success: created(Schema.Struct({ pinned_message: Message, event: EventFrame })),
    error: failures,
  }),
  HttpApiEndpoint.delete("unpinMessage", "/api/channels/:channel_id/pins/:message_id", {
    params: { ...channel, message_id: IdParam },
    success: Schema.Struct({ event: EventFrame }),
    error: failures,
  }),
  HttpApiEndpoint.get("listTopics", "/api/workspaces/:workspace_id/topics", {
    params: { workspace_id: IdParam },
    success: Schema.Struct({ topics: Schema.Array(Topic) }),
    error: failures,
  }),
  HttpApiEndpoint.post("createTopic", "/api/workspaces/:workspace_id/topics", {
    params: { workspace_id: IdParam },
    headers: idempotencyHeader,
    payload: Schema.Struct({
      name: Schema.Trim.check(Schema.isMinLength(1), Schema.isMaxLength(80)),
      channel_id: Schema.optionalKey(IdParam),
    }),
    success: created(Schema.Struct({ topic: Topic })),
    error: failures,
  }),
);
