import { isMailAddress } from "../mail/Mailer.ts";
import type { ProvenPerson } from "./IdentityProvider.ts";

/** What fits into a profile; characters. */
const MAX_NAME = 80;

/** Claims that a provider's signature, or its own server, vouches for. */
export interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly [claim: string]: unknown;
}

/** Somebody as OpenID Connect's claims tell; an address that is not said to be verified, in so many words, is left out. */
export const personOf = (claims: Claims): ProvenPerson => {
  const email = claims["email_verified"] === true ? addressOf(claims["email"]) : undefined;
  const displayName =
    [claims["name"], claims["preferred_username"], email?.split("@")[0]].map(textOf).find(Boolean) ?? "";
  return {
    issuer: claims.iss,
    subject: claims.sub,
    displayName: cutName(displayName),
    ...(email !== undefined && { email }),
  };
};

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value.trim() : undefined);

/** An address that an account can have; what else a provider calls one is none. */
const addressOf = (value: unknown): string | undefined => {
  const email = textOf(value);
  return email !== undefined && isMailAddress(email) ? email : undefined;
};

/** A name as it fits into a profile: whole characters, and nothing that moves or hides others. */
export const cutName = (name: string): string =>
  Array.from(name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ""))
    .slice(0, MAX_NAME)
    .join("")
    .trim();
