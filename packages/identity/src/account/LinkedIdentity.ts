import * as Result from "effect/Result";
import type { AccountState } from "./Account.ts";
import { type Decision, event, reject } from "./decisions.ts";

/** A provider's account that opens this one. */
export interface LinkedIdentity {
  /** The setting that the provider was configured by, such as `github`. */
  readonly provider: string;
  /** URL of who vouches, and the person's name there that never changes. */
  readonly issuer: string;
  readonly subject: string;
}

export interface LinkIdentity extends LinkedIdentity {
  readonly type: "LinkIdentity";
}

/** Providers' accounts that open one account: more than anybody has. */
const MAX_IDENTITIES = 20;

/** Of one issuer one account alone: an address that was given to somebody else there must not open its first owner's. */
export const linkIdentity = (
  { kind, identities }: AccountState,
  { provider, issuer, subject }: LinkIdentity,
): Decision => {
  if (kind === "bot") return reject("not_allowed_for_bots", "nobody signs in as a bot");
  const linked = identities.find((one) => one.issuer === issuer);
  if (linked?.subject === subject) return Result.succeed([]);
  if (linked) return reject("conflict", "this account is linked to another account of the same provider");
  if (identities.length >= MAX_IDENTITIES)
    return reject("limit_reached", `an account is linked to ${MAX_IDENTITIES} others at the most`);
  return Result.succeed([event("identity.linked", { provider, issuer, subject })]);
};

/** What a provider's account is claimed by. */
export const subjectKey = ({ issuer, subject }: Pick<LinkedIdentity, "issuer" | "subject">): string =>
  JSON.stringify([issuer, subject]);
