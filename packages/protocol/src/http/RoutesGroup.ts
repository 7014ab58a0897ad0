import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api";
import { failures } from "./endpoint.ts";

const optional = Schema.optionalKey;

/** What an address of the web app leads to. */
export const Route = Schema.Struct({
  workspace_id: Schema.String,
  workspace_route_id: Schema.String,
  target_type: Schema.Literals(["channel", "direct", "thread"]),
  /** Of a thread, its root message. */
  target_id: Schema.String,
  target_route_id: Schema.String,
  /** Where a thread is. */
  parent_type: optional(Schema.Literals(["channel", "direct"])),
  parent_id: optional(Schema.String),
  parent_route_id: optional(Schema.String),
  /** The reply that was named, in the thread that is the target. */
  message_id: optional(Schema.String),
  canonical_path: Schema.String,
}).annotate({ identifier: "Route" });
export type Route = typeof Route.Type;

/** Addresses of the web app: `/app/T…/C…`, `D…` or `M…`. Route ids are read in either case; internal ids do as well. */
export const RoutesGroup = HttpApiGroup.make("routes").add(
  HttpApiEndpoint.get("resolveRoute", "/api/routes/:workspace_route_id/:target_route_id", {
    // Of any length and shape: what is none leads nowhere, like one that is not there.
    params: { workspace_route_id: Schema.String, target_route_id: Schema.String },
    success: Schema.Struct({ route: Route }),
    error: failures,
  }),
);
