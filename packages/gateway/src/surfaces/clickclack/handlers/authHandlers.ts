import { nameFromEmail } from "@clickclack/identity/account/displayName";
import { normalizeEmail } from "@clickclack/identity/Accounts";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { AuthGroup } from "@clickclack/protocol/http/AuthGroup";
import { networkOf } from "../../../http/plainAddress.ts";
import { isLocalRequest } from "../../../authentication/origin.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { createdReply } from "../../../http/HttpReply.ts";
import { openedSession, requireOwnPage } from "../openedSession.ts";

/** Somebody who is not signed in yet acts for nobody. */
const VISITOR = { user_id: "visitor" };

export const authHandlers = ({ services, sessions }: GatewayContext): Handlers<typeof AuthGroup> => ({
  requestMagicLink: async ({ request, payload }) => {
    if (!services.development()) {
      throw new ApiFailure(
        "not_configured",
        "links are handed out by an administrator: clickclack admin magic-link create",
      );
    }
    if (!isLocalRequest(request))
      throw new ApiFailure("loopback_only", "links are handed out to this machine alone");
    const email = normalizeEmail(payload.email);
    const displayName = payload.display_name ?? nameFromEmail(email);
    const accountId = await services.accounts.findOrCreate({ kind: "human", displayName, email }, VISITOR);
    const { credentialId, token, createdAt, expiresAt } = await services.accounts.issueMagicLink(
      accountId,
      VISITOR,
    );
    const account = await services.directory.findCurrent(accountId);
    const magicLink = {
      id: credentialId,
      email,
      display_name: account?.displayName ?? displayName,
      created_at: createdAt,
      expires_at: expiresAt!,
    };
    return createdReply({ magic_link: magicLink, token });
  },

  consumeMagicLink: async ({ request, payload: { token, totp_code: code } }) => {
    requireOwnPage(request);
    const about = sessions.about(request);
    const attempt = { address: networkOf(request.address), about, ...(code !== undefined && { code }) };
    const session = await services.signIns.byMagicLink(token, attempt);
    const account = await services.directory.findCurrent(session.accountId);
    return openedSession(request, account!, session);
  },

  loginWithPassword: async ({ request, payload: { identifier, password, totp_code: code } }) => {
    requireOwnPage(request);
    const address = networkOf(request.address);
    const about = sessions.about(request);
    const attempt = { identifier, password, address, about, ...(code !== undefined && { code }) };
    const session = await services.signIns.byPassword(attempt);
    const account = await services.directory.findCurrent(session.accountId);
    return openedSession(request, account!, session);
  },
});
