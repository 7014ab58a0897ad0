import type { AccountState } from "@clickclack/identity/account/Account";
import type { IssuedToken } from "@clickclack/identity/Accounts";
import { meView } from "@clickclack/identity/account/meView";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { OpenedSession } from "@clickclack/protocol/http/AuthGroup";
import { isSameOrigin } from "../../authentication/origin.ts";
import { sessionCookie } from "../../authentication/sessionCookie.ts";
import { type HttpReply, ok } from "../../http/HttpReply.ts";
import type { HttpRequest } from "../../http/HttpRequest.ts";

/**
 * Asked before anybody signs in by a request that sets a cookie: a foreign page must not sign its visitors in as
 * somebody else. Throws 403.
 */
export const requireOwnPage = (request: HttpRequest): void => {
  if (isSameOrigin(request)) return;
  throw new ApiFailure("csrf_required", "signing in is possible only from a page of the same origin");
};

/** What everybody is answered who signed in, by whatever means: the session's token, and the cookie that holds it. */
export const openedSession = (
  request: HttpRequest,
  account: AccountState,
  { token, credentialId: id, expiresAt }: IssuedToken,
): HttpReply<OpenedSession> =>
  ok(
    { user: meView(account), session: { id, token, expires_at: expiresAt! }, token },
    { "Set-Cookie": sessionCookie(request, token) },
  );
