import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api";
import { created, failures, IdParam, TypedText } from "./endpoint.ts";
import { Timestamp } from "./shapes.ts";

/** A session of the caller's: `current` is the one that asks. */
export const SessionInfo = Schema.Struct({
  id: Schema.String,
  created_at: Timestamp,
  expires_at: Timestamp,
  last_used_at: Schema.optionalKey(Timestamp),
  user_agent: Schema.optionalKey(Schema.String),
  address: Schema.optionalKey(Schema.String),
  current: Schema.Boolean,
}).annotate({ identifier: "SessionInfo" });
export type SessionInfo = typeof SessionInfo.Type;

/** An access token of the caller's; the text that opens is told once, by its creation. */
export const AccessToken = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  created_at: Timestamp,
  expires_at: Schema.optionalKey(Timestamp),
}).annotate({ identifier: "AccessToken" });
export type AccessToken = typeof AccessToken.Type;

const MAX_DAYS = 3_650; // who wants it for longer than ten years wants it for ever

const done = Schema.Struct({ ok: Schema.Boolean });

/** What opens the caller's own account. */
export const SessionsGroup = HttpApiGroup.make("sessions").add(
  HttpApiEndpoint.get("listMySessions", "/api/me/sessions", {
    success: Schema.Struct({ sessions: Schema.Array(SessionInfo) }),
    error: failures,
  }),
  HttpApiEndpoint.delete("revokeOtherSessions", "/api/me/sessions", { success: done, error: failures }),
  HttpApiEndpoint.delete("revokeMySession", "/api/me/sessions/:session_id", {
    params: { session_id: IdParam },
    success: done,
    error: failures,
  }),
  HttpApiEndpoint.get("listMyTokens", "/api/me/tokens", {
    success: Schema.Struct({ tokens: Schema.Array(AccessToken) }),
    error: failures,
  }),
  HttpApiEndpoint.post("createMyToken", "/api/me/tokens", {
    payload: Schema.Struct({
      name: TypedText(80),
      expires_in_days: Schema.optionalKey(
        Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: MAX_DAYS })),
      ),
    }),
    success: created(Schema.Struct({ token: AccessToken, secret: Schema.String })),
    error: failures,
  }),
  HttpApiEndpoint.delete("revokeMyToken", "/api/me/tokens/:token_id", {
    params: { token_id: IdParam },
    success: done,
    error: failures,
  }),
);
