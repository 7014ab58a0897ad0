import * as client from "openid-client";
import { ProviderFailure } from "./IdentityProvider.ts";

/** Codes of failures that are nobody's refusal: the provider cannot be reached, or is out of order. */
const UNAVAILABLE = new Set(["OAUTH_TIMEOUT", "OAUTH_ABORT", "OAUTH_RESPONSE_IS_NOT_CONFORM"]);

/**
 * A failure of the library's as one that may be logged: its code and its sentence, without the cause, which may hold
 * tokens and what people are called.
 */
export const providerFailure = (what: string, error: unknown): ProviderFailure => {
  if (error instanceof ProviderFailure) return error;
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError) {
    const reason =
      error instanceof client.ResponseBodyError && error.status >= 500 ? "unavailable" : "refused";
    return new ProviderFailure(reason, `${what}: the provider answered ${plain(error.error)}`);
  }
  if (error instanceof client.ClientError) {
    const reason = UNAVAILABLE.has(error.code ?? "") ? "unavailable" : "refused";
    return new ProviderFailure(reason, `${what}: ${error.code ?? "failed"}: ${error.message}`);
  }
  return new ProviderFailure("unavailable", `${what}: ${reasonOf(error)}`);
};

/** The kind of an error, not its text: of a body that is no JSON the text holds a part. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return "failed";
  const code = (error.cause as { readonly code?: unknown } | undefined)?.code;
  return typeof code === "string" ? `${error.name}, ${plain(code)}` : error.name;
};

/** A provider's error code as it may stand in a log: what it may hold beyond these characters is nobody's code. */
const plain = (code: string): string => code.replaceAll(/[^\w.-]/g, "?").slice(0, 100);
