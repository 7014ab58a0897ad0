import { nameFromEmail } from "@clickclack/identity/account/displayName";
import { userView } from "@clickclack/identity/account/userView";
import { normalizeEmail } from "@clickclack/identity/Accounts";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { AuthGroup } from "@clickclack/protocol/http/AuthGroup";
import { isLocalRequest } from "../../../authentication/origin.ts";
import { sessionCookie } from "../../../authentication/sessionCookie.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { createdReply, ok } from "../../../http/HttpReply.ts";

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

  consumeMagicLink: async ({ request, payload }) => {
    const session = await services.accounts.consumeMagicLink(payload.token, sessions.about(request));
    const account = await services.directory.findCurrent(session.accountId);
    const { token, credentialId: id, expiresAt } = session;
    return ok(
      { user: userView(account!), session: { id, token, expires_at: expiresAt! }, token },
      { "Set-Cookie": sessionCookie(request, token) },
    );
  },
});
