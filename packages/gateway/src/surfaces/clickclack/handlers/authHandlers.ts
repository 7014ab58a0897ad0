import { nameFromEmail, readDisplayName } from "@clickclack/identity/account/displayName";
import { normalizeEmail } from "@clickclack/identity/Accounts";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { AuthGroup } from "@clickclack/protocol/http/AuthGroup";
import { networkOf } from "../../../http/plainAddress.ts";
import { isLocalRequest } from "../../../authentication/origin.ts";
import { cookieOf } from "../../../authentication/sessionCookie.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import type { GatewayServices } from "../../../GatewayServices.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { createdReply } from "../../../http/HttpReply.ts";
import type { HttpRequest } from "../../../http/HttpRequest.ts";
import { MailedLinks } from "../../../signIn/MailedLinks.ts";
import { publicBase } from "../../../signIn/publicBase.ts";
import { endedLinkCookie, LINK_COOKIE, LINK_IN_COOKIE } from "../../../signIn/ticketCookie.ts";
import { openedSession, requireOwnPage } from "../openedSession.ts";

/** Somebody who is not signed in yet acts for nobody. */
const VISITOR = { user_id: "visitor" };

export const authHandlers = (context: GatewayContext): Handlers<typeof AuthGroup> => ({
  requestMagicLink: requestMagicLink(context),

  consumeMagicLink: async ({ request, payload: { token, totp_code: code } }) => {
    requireOwnPage(request);
    const about = context.sessions.about(request);
    const attempt = { address: networkOf(request.address), about, ...(code !== undefined && { code }) };
    const kept = token === LINK_IN_COOKIE;
    const link = kept ? (cookieOf(request, LINK_COOKIE) ?? "") : token;
    const session = await context.services.signIns.byMagicLink(link, attempt);
    const account = await context.services.directory.findCurrent(session.accountId);
    const reply = openedSession(request, account!, session);
    return kept ? { ...reply, cookies: [endedLinkCookie(request)] } : reply;
  },

  loginWithPassword: async ({ request, payload: { identifier, password, totp_code: code } }) => {
    requireOwnPage(request);
    const address = networkOf(request.address);
    const about = context.sessions.about(request);
    const attempt = { identifier, password, address, about, ...(code !== undefined && { code }) };
    const session = await context.services.signIns.byPassword(attempt);
    const account = await context.services.directory.findCurrent(session.accountId);
    return openedSession(request, account!, session);
  },
});

/** Links are mailed; in development mode whoever is at this machine gets them at once, and needs no inbox. */
const requestMagicLink = ({
  services,
  signUp,
}: GatewayContext): Handlers<typeof AuthGroup>["requestMagicLink"] => {
  const { mailer, publicUrl } = services.signIn;
  const mailed = mailer && new MailedLinks({ ...services, signUp, mailer });
  return async ({ request, payload }) => {
    if (services.development()) return handOutLink(services, request, payload);
    if (!mailed) {
      throw new ApiFailure(
        "not_configured",
        "links are handed out by an administrator: clickclack admin magic-link create",
      );
    }
    requireOwnPage(request);
    const { email, display_name: displayName, invite_code: inviteCode } = payload;
    const magicLink = await mailed.ask({
      email,
      // Said at once, whoever it is: behind the answer nobody would hear of it.
      ...(displayName !== undefined && { displayName: readDisplayName(displayName) }),
      ...(inviteCode !== undefined && { inviteCode }),
      address: networkOf(request.address),
      base: publicBase(request, publicUrl),
    });
    return createdReply({ magic_link: magicLink });
  };
};

const handOutLink = async (
  services: GatewayServices,
  request: HttpRequest,
  wanted: { readonly email: string; readonly display_name?: string },
) => {
  if (!isLocalRequest(request))
    throw new ApiFailure("loopback_only", "links are handed out to this machine alone");
  const email = normalizeEmail(wanted.email);
  const displayName = wanted.display_name ?? nameFromEmail(email);
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
};
