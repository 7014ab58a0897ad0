import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api";
import { notFoundFailure, openFailures } from "./endpoint.ts";

const params = { provider: Schema.String.check(Schema.isMaxLength(32)) };
const text = (max: number) => Schema.optionalKey(Schema.String.check(Schema.isMaxLength(max)));
const success = HttpApiSchema.Empty(302);
const error = [...openFailures, notFoundFailure];

/** Signing in with somebody else's account: `github`, `oidc` or `openclaw`. Browsers are sent there and come back. */
export const FederationGroup = HttpApiGroup.make("federation").add(
  HttpApiEndpoint.get("startSignIn", "/api/auth/:provider/start", {
    params,
    query: { return_to: text(4_096), invite: text(128) },
    success,
    error,
  }),
  HttpApiEndpoint.get("finishSignIn", "/api/auth/:provider/callback", {
    params,
    // What else a provider sends along is for the provider's own checks.
    query: { state: text(512), error: text(512), code: text(4_096) },
    success,
    error,
  }),
);
