import type { CredentialState } from "@clickclack/identity/account/Account";
import { isExpired } from "@clickclack/identity/account/sessionTimes";
import type { AccessToken, SessionInfo, SessionsGroup } from "@clickclack/protocol/http/SessionsGroup";
import { requireSession } from "../../../authentication/authorize.ts";
import { actorOf, type Caller } from "../../../authentication/Caller.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { createdReply, ok } from "../../../http/HttpReply.ts";

const DAY_MS = 24 * 3_600_000;
const DONE = { ok: true } as const;

export const sessionHandlers = (context: GatewayContext): Handlers<typeof SessionsGroup> => {
  const { services, sessions } = context;
  const { accounts } = services;

  /** The caller's credentials of a kind that are still good, the newest first. */
  const current = async (caller: Caller, kind: CredentialState["kind"]) => {
    const account = await services.directory.findCurrent(caller.account.id);
    const now = new Date().toISOString();
    const all = [...(account?.credentials.values() ?? [])].filter((one) => one.kind === kind);
    const good = all.filter((one) => !isExpired(one, now) && !sessions.isIdle(one));
    return { good: good.toReversed(), over: all.length - good.length };
  };

  return {
    listMySessions: async ({ caller }) => {
      const { good, over } = await current(caller, "session");
      if (over > 0) await accounts.endIdleSessions(caller.account.id, sessions.unusedSince());
      return ok({ sessions: good.map((one) => sessionInfo(one, caller, sessions.lastUsed(one))) });
    },

    revokeMySession: async ({ caller, params }) => {
      const which = { sessionId: params.session_id };
      await accounts.revokeSessions(caller.account.id, which, actorOf(caller));
      return ok(DONE);
    },

    revokeOtherSessions: async ({ caller }) => {
      await accounts.revokeSessions(caller.account.id, { keep: caller.credentialId }, actorOf(caller));
      return ok(DONE);
    },

    listMyTokens: async ({ caller }) => {
      const { good } = await current(caller, "token");
      return ok({ tokens: good.map(accessToken) });
    },

    createMyToken: async ({ caller, payload }) => {
      requireSession(caller, "making an access token");
      const { name, expires_in_days: days } = payload;
      const options = days === undefined ? {} : { expiresIn: days * DAY_MS };
      const issued = await accounts.issueToken(caller.account.id, name, actorOf(caller), options);
      const { credentialId: id, createdAt: created_at, expiresAt } = issued;
      const token = { id, name, created_at, ...(expiresAt !== undefined && { expires_at: expiresAt }) };
      return createdReply({ token, secret: issued.token });
    },

    revokeMyToken: async ({ caller, params }) => {
      await accounts.revokeToken(caller.account.id, params.token_id, actorOf(caller));
      return ok(DONE);
    },
  };
};

const sessionInfo = (session: CredentialState, caller: Caller, lastUsedAt: number): SessionInfo => {
  const { id, issuedAt, expiresAt, userAgent, address } = session;
  const used = lastUsedAt > Date.parse(issuedAt);
  return {
    id,
    created_at: issuedAt,
    expires_at: expiresAt!,
    ...(used && { last_used_at: new Date(lastUsedAt).toISOString() }),
    ...(userAgent !== undefined && { user_agent: userAgent }),
    ...(address !== undefined && { address }),
    current: id === caller.credentialId,
  };
};

const accessToken = ({ id, name = "", issuedAt, expiresAt }: CredentialState): AccessToken => ({
  id,
  name,
  created_at: issuedAt,
  ...(expiresAt !== undefined && { expires_at: expiresAt }),
});
