import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { BOT_ACCESS, type OperationId } from "@clickclack/protocol/http/BotAccess";
import { isId } from "@clickclack/protocol/Ids";
import type { Scope } from "@clickclack/protocol/http/Scopes";
import { isConversationId } from "@clickclack/workspace/direct/placeOf";
import { visiblePlaces } from "@clickclack/workspace/access";
import { requireNoTimeout } from "@clickclack/workspace/rules";
import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import * as Result from "effect/Result";
import type { Caller } from "./Caller.ts";

/** Holds a caller to what its token is good for; `payload` is the decoded body. Throws 403. */
export const authorize = (operation: OperationId, caller: Caller, payload: unknown): void => {
  const access = BOT_ACCESS[operation];
  if (access === "open") return;
  if (access === "humans") return refuseBots(caller);
  if (typeof access === "string") return requireScope(caller, access);
  const { scopes, field, byValue = {} } = access;
  const value = field && (payload as Readonly<Record<string, unknown>>)[field];
  const besides = typeof value === "string" && Object.hasOwn(byValue, value) ? [byValue[value]!] : [];
  for (const scope of [...scopes, ...besides]) requireScope(caller, scope);
};

/** Throws 403, naming the scope, unless the caller's token holds it. */
export const requireScope = ({ scopes }: Caller, scope: Scope): void => {
  if (scopes === undefined || scopes.has(scope)) return;
  throw new ApiFailure("missing_scope", `this token lacks the scope ${scope}`);
};

/**
 * Throws 403 to who came by an access token: a token that leaks must not make others that outlive it, nor end the account.
 * `what` begins the sentence that says so.
 */
export const requireSession = ({ credentialId }: Caller, what: string): void => {
  if (credentialId === undefined || isId("ses", credentialId)) return;
  throw new ApiFailure("forbidden", `${what} takes a session; an access token is not enough, sign in for it`);
};

/** What is in a direct conversation needs a scope of its own, however it is reached. Throws 403. */
export const requirePlaceScope = (caller: Caller, scopeId: string, what: "read" | "write"): void => {
  if (isConversationId(scopeId)) requireScope(caller, `dms:${what}`);
};

/** Whether a caller is shown what is in its direct conversations. */
export const seesConversations = ({ scopes }: Pick<Caller, "scopes">): boolean =>
  scopes === undefined || scopes.has("dms:read");

/** The channels and conversations that a caller is shown in lists over all of them. */
export const placesFor = (caller: Caller, state: WorkspaceState): ReadonlyArray<string> =>
  visiblePlaces(state, caller.account.id).filter((id) => !isConversationId(id) || seesConversations(caller));

/** Refuses who is timed out, where no command is decided. Throws 403. */
export const requireMayWrite = (state: WorkspaceState, { account }: Caller): void => {
  const actor = { user_id: account.id };
  const timeout = requireNoTimeout(state, { actor, at: new Date().toISOString() });
  if (Result.isFailure(timeout)) throw ApiFailure.of(timeout.failure);
};

const refuseBots = ({ account }: Caller): void => {
  if (account.kind === "bot") throw new ApiFailure("not_allowed_for_bots", "bots cannot do this");
};
