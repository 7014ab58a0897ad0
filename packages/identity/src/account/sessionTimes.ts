import type { AccountState, CredentialState } from "./Account.ts";

/** When a session was in use, as far as it is written down: from its beginning on. Milliseconds since 1970. */
export const lastUse = ({ issuedAt, lastUsedAt }: CredentialState): number =>
  Date.parse(lastUsedAt ?? issuedAt);

/** Whether a credential's time was over at `at` (RFC 3339). */
export const isExpired = (credential: CredentialState, at: string): boolean =>
  credential.expiresAt !== undefined && Date.parse(credential.expiresAt) <= Date.parse(at);

/** The sessions whose time is over by `at`, or that were not used since `unusedSince`. */
export const overSessions = (
  state: AccountState,
  at: string,
  unusedSince?: string,
): ReadonlyArray<CredentialState> => {
  const limit = unusedSince === undefined ? Number.NEGATIVE_INFINITY : Date.parse(unusedSince);
  return [...state.credentials.values()].filter(
    (one) => one.kind === "session" && (isExpired(one, at) || lastUse(one) <= limit),
  );
};
