import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api";
import { EventFrame } from "../realtime/Frames.ts";
import { failures, IdParam, LimitParam } from "./endpoint.ts";

const cursor = Schema.optionalKey(Schema.String.check(Schema.isMaxLength(128)));

/** A workspace's events: by polling here, or live on the WebSocket at `/api/realtime/ws`. */
export const RealtimeGroup = HttpApiGroup.make("realtime").add(
  HttpApiEndpoint.get("listEvents", "/api/realtime/events", {
    query: {
      workspace_id: IdParam,
      after_cursor: cursor,
      limit: Schema.optionalKey(LimitParam),
      include_tail: Schema.optionalKey(Schema.Literals(["true", "false"])),
    },
    success: Schema.Struct({
      events: Schema.Array(EventFrame),
      tail_cursor: Schema.optionalKey(Schema.String),
    }),
    error: failures,
  }),
);

/** Query of the WebSocket upgrade; the same meaning as above. */
export const RealtimeQuery = Schema.Struct({ workspace_id: IdParam, after_cursor: cursor });
