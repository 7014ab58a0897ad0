import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api";
import { created, Email, openFailures, signInFailures, TypedText } from "./endpoint.ts";
import { Me, Timestamp } from "./shapes.ts";
import { MAX_NAME_LENGTH, Password, SecondFactorCode } from "./credentialFields.ts";

export const MagicLink = Schema.Struct({
  id: Schema.String,
  email: Schema.String,
  display_name: Schema.String,
  created_at: Timestamp,
  expires_at: Timestamp,
  used_at: Schema.optionalKey(Timestamp),
}).annotate({ identifier: "MagicLink" });
export type MagicLink = typeof MagicLink.Type;

export const Session = Schema.Struct({
  id: Schema.String,
  token: Schema.String,
  expires_at: Timestamp,
}).annotate({ identifier: "Session" });

/** What everybody is answered who signed in, by whatever means. */
export const OpenedSession = Schema.Struct({ user: Me, session: Session, token: Schema.String });
export type OpenedSession = typeof OpenedSession.Type;

/** Signing in: with a one-time link, or a password. Codes of a second factor come along where an account has one. */
export const AuthGroup = HttpApiGroup.make("auth").add(
  HttpApiEndpoint.post("requestMagicLink", "/api/auth/magic/request", {
    payload: Schema.Struct({
      email: Email,
      display_name: Schema.optionalKey(TypedText(80)),
      /** For somebody new, where only who is invited gets an account. */
      invite_code: Schema.optionalKey(Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(128))),
    }),
    // The token itself in development mode alone; else it is mailed.
    success: created(Schema.Struct({ magic_link: MagicLink, token: Schema.optionalKey(Schema.String) })),
    error: openFailures,
  }),
  HttpApiEndpoint.post("consumeMagicLink", "/api/auth/magic/consume", {
    payload: Schema.Struct({
      token: Schema.String.check(Schema.isMaxLength(512)),
      totp_code: Schema.optionalKey(SecondFactorCode),
    }),
    success: OpenedSession,
    error: signInFailures,
  }),
  HttpApiEndpoint.post("loginWithPassword", "/api/auth/password/login", {
    payload: Schema.Struct({
      identifier: TypedText(MAX_NAME_LENGTH),
      password: Password,
      totp_code: Schema.optionalKey(SecondFactorCode),
    }),
    success: OpenedSession,
    error: signInFailures,
  }),
);
