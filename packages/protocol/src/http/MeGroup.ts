import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api";
import { Preferences } from "../events/IdentityEvents.ts";
import { Password } from "./credentialFields.ts";
import { failures, TypedText } from "./endpoint.ts";
import { Me } from "./shapes.ts";

/** Longer than any name and any address that is accepted: what is too long is told what it may be by the rule itself. */
const Typed = Schema.String.check(Schema.isMaxLength(4_096));
const user = Schema.Struct({ user: Me });
const settings = Schema.optionalKey(Schema.NullOr(Preferences));

/** The caller's own profile and account. */
export const MeGroup = HttpApiGroup.make("me").add(
  HttpApiEndpoint.get("getMe", "/api/me", { success: user, error: failures }),
  HttpApiEndpoint.patch("updateMe", "/api/me", {
    payload: Schema.Struct({
      display_name: Schema.optionalKey(Typed),
      handle: Schema.optionalKey(Typed),
      avatar_url: Schema.optionalKey(Typed),
      notification_settings: settings,
      appearance_preferences: settings,
    }),
    success: user,
    error: failures,
  }),
  HttpApiEndpoint.delete("deleteMe", "/api/me", {
    /** The password where there is one; else the own handle, so that it is meant. */
    payload: Schema.Struct({
      password: Schema.optionalKey(Password),
      confirm: Schema.optionalKey(TypedText(64)),
    }),
    success: HttpApiSchema.NoContent,
    error: failures,
  }),
);
