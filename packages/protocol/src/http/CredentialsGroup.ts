import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api";
import { Password, SecondFactorCode } from "./credentialFields.ts";
import { created, failures } from "./endpoint.ts";

const Done = Schema.Struct({ ok: Schema.Literal(true) });

/** What a person changes about how its account is opened. */
export const CredentialsGroup = HttpApiGroup.make("credentials").add(
  HttpApiEndpoint.post("logout", "/api/auth/logout", { success: Done, error: failures }),
  HttpApiEndpoint.post("changePassword", "/api/auth/password/change", {
    payload: Schema.Struct({ current_password: Schema.optionalKey(Password), new_password: Password }),
    success: Done,
    error: failures,
  }),
  HttpApiEndpoint.post("enrolTotp", "/api/me/totp", {
    payload: Schema.Struct({ password: Schema.optionalKey(Password) }),
    success: created(Schema.Struct({ secret: Schema.String, otpauth_url: Schema.String })),
    error: failures,
  }),
  HttpApiEndpoint.post("confirmTotp", "/api/me/totp/confirm", {
    payload: Schema.Struct({ code: SecondFactorCode }),
    success: Schema.Struct({ recovery_codes: Schema.Array(Schema.String) }),
    error: failures,
  }),
  HttpApiEndpoint.delete("removeTotp", "/api/me/totp", {
    payload: Schema.Struct({
      password: Schema.optionalKey(Password),
      code: Schema.optionalKey(SecondFactorCode),
    }),
    success: Done,
    error: failures,
  }),
);
