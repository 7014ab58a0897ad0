import type { IdentityEventOf } from "@clickclack/protocol/events/IdentityEvents";
import * as Result from "effect/Result";
import type { AccountState } from "./Account.ts";
import { type Decision, event, nothing, revoke } from "./decisions.ts";
import { lastUse, overSessions } from "./sessionTimes.ts";

/** Times are RFC 3339. */
export type SessionCommand =
  /** A session was in use at `usedAt`; passed over where a later use is written down already. */
  | { readonly type: "UseSession"; readonly credentialId: string; readonly usedAt: string }
  /** Ends all sessions but `keep`. */
  | { readonly type: "RevokeSessions"; readonly keep?: string }
  /** Ends the sessions whose time is over, or that were not used since then. */
  | { readonly type: "EndIdleSessions"; readonly unusedSince?: string };

/** What is told of the client that opens a session, and since when a session that was not used is over. */
export interface SessionAbout {
  readonly userAgent?: string;
  readonly address?: string;
  readonly unusedSince?: string;
}

/** Longer than any browser calls itself; the rest is cut off. */
const MAX_USER_AGENT = 256;
/** Longer than any address of IPv6, with its zone. */
const MAX_ADDRESS = 64;

// Also those that hide or turn what is shown.
const plain = (text: string, max: number): string =>
  Array.from(text.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ""))
    .slice(0, max)
    .join("");

/** What a client says of itself as it may be kept and shown: bounded, without control characters. */
export const plainAbout = ({ userAgent = "", address = "", ...about }: SessionAbout): SessionAbout => {
  const agent = plain(userAgent, MAX_USER_AGENT);
  const from = plain(address, MAX_ADDRESS);
  return { ...about, ...(agent !== "" && { userAgent: agent }), ...(from !== "" && { address: from }) };
};

export const decideSessions = (state: AccountState, command: SessionCommand, at: string): Decision => {
  switch (command.type) {
    case "UseSession": {
      const session = state.credentials.get(command.credentialId);
      if (session?.kind !== "session") return nothing;
      const { credentialId, usedAt } = command;
      if (lastUse(session) >= Date.parse(usedAt)) return nothing;
      return Result.succeed([event("session.used", { credential_id: credentialId, used_at: usedAt })]);
    }
    case "RevokeSessions": {
      const others = [...state.credentials.values()].filter(
        ({ kind, id }) => kind === "session" && id !== command.keep,
      );
      return Result.succeed(others.map(({ id }) => revoke(id, "revoked")));
    }
    case "EndIdleSessions":
      return Result.succeed(
        overSessions(state, at, command.unusedSince).map(({ id }) => revoke(id, "expired")),
      );
  }
};

/** Folds in place. */
export const evolveUse = (
  state: AccountState,
  { payload }: IdentityEventOf<"session.used">,
): AccountState => {
  const session = state.credentials.get(payload.credential_id);
  if (session) state.credentials.set(session.id, { ...session, lastUsedAt: payload.used_at });
  return state;
};
