import type { NewEvent, Rejection } from "@clickclack/eventsourcing/Decider";
import type {
  CredentialKind,
  IdentityEventType,
  IdentityPayload,
} from "@clickclack/protocol/events/IdentityEvents";
import type { ErrorCode } from "@clickclack/protocol/http/ErrorCodes";
import * as Result from "effect/Result";
import type { AccountState, NewCredential } from "./Account.ts";
import { overSessions } from "./sessionTimes.ts";

export type Decision = Result.Result<ReadonlyArray<NewEvent>, Rejection>;

/**
 * Credentials of one account and kind; the oldest of its kind gives way, so that signing in never fails for it, and
 * asking for links again and again ends no session and no token.
 */
const MAX_CREDENTIALS: { readonly [Kind in CredentialKind]: number } = {
  session: 100,
  token: 100,
  magic_link: 10,
};

export const reject = (code: ErrorCode, message: string): Decision => Result.fail({ code, message });

export const nothing: Decision = Result.succeed([]);

export const event = <Type extends IdentityEventType>(
  type: Type,
  payload: IdentityPayload<Type>,
): NewEvent => ({ type, payload });

/** The event of a new credential, with what was used up for it. */
export const issue = (
  { credentialId, kind, hash, name, expiresAt, scopes, workspaceId, userAgent, address }: NewCredential,
  used: Pick<IdentityPayload<"credential.issued">, "totp_step" | "recovery_code"> = {},
): NewEvent =>
  event("credential.issued", {
    credential_id: credentialId,
    kind,
    hash,
    ...(name !== undefined && { name }),
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
    ...(scopes !== undefined && { scopes }),
    ...(workspaceId !== undefined && { workspace_id: workspaceId }),
    ...(userAgent !== undefined && { user_agent: userAgent }),
    ...(address !== undefined && { address }),
    ...used,
  });

export const revoke = (credentialId: string, reason: string): NewEvent =>
  event("credential.revoked", { credential_id: credentialId, reason });

export const revokeAll = (state: AccountState, reason: string): ReadonlyArray<NewEvent> =>
  [...state.credentials.keys()].map((id) => revoke(id, reason));

/**
 * Takes back what gives way to a new credential: the sessions that are over by `at` where it is one, and the oldest of
 * its kind where one more would be too many.
 */
export const makeRoom = (
  state: AccountState,
  { kind, unusedSince }: NewCredential,
  at: string,
): ReadonlyArray<NewEvent> => {
  const over = kind === "session" ? overSessions(state, at, unusedSince) : [];
  const left = [...state.credentials.values()].filter((one) => one.kind === kind && !over.includes(one));
  const oldest = left.slice(0, Math.max(0, left.length + 1 - MAX_CREDENTIALS[kind]));
  return [
    ...over.map(({ id }) => revoke(id, "expired")),
    ...oldest.map(({ id }) => revoke(id, "replaced by newer ones")),
  ];
};
