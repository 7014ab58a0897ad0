import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api";
import { failures } from "./endpoint.ts";
import { Me } from "./shapes.ts";

/** The caller. */
export const MeGroup = HttpApiGroup.make("me").add(
  HttpApiEndpoint.get("getMe", "/api/me", { success: Schema.Struct({ user: Me }), error: failures }),
);
