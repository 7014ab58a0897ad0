import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api";
import { EventFrame } from "../realtime/Frames.ts";
import { failures, IdParam } from "./endpoint.ts";
import { Timestamp } from "./shapes.ts";

export const EphemeralType = Schema.Literals([
  "typing.started",
  "typing.stopped",
  "presence.changed",
  "agent.progress",
]);
export type EphemeralType = typeof EphemeralType.Type;

/** What an agent is doing: lines of a turn that are shown while it works. */
export const AgentProgress = Schema.Struct({
  turn_id: Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(255)),
  seq: Schema.optionalKey(Schema.Int),
  op: Schema.Literals(["append", "update", "finalize", "clear"]),
  line: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(4_000))),
});

/** Who is there, who is typing, what agents are at: sent to whoever is connected, and stored nowhere. */
export const PresenceGroup = HttpApiGroup.make("presence").add(
  HttpApiEndpoint.get("listPresence", "/api/workspaces/:workspace_id/presence", {
    params: { workspace_id: IdParam },
    success: Schema.Struct({
      presence: Schema.Array(
        Schema.Struct({ user_id: Schema.String, status: Schema.Literals(["online"]), since: Timestamp }),
      ),
    }),
    error: failures,
  }),
  HttpApiEndpoint.post("sendEphemeral", "/api/realtime/ephemeral", {
    payload: Schema.Struct({
      workspace_id: IdParam,
      type: EphemeralType,
      channel_id: Schema.optionalKey(IdParam),
      direct_conversation_id: Schema.optionalKey(IdParam),
      payload: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
    }),
    success: Schema.Struct({ event: EventFrame }).pipe(HttpApiSchema.status(202)),
    error: failures,
  }),
);
