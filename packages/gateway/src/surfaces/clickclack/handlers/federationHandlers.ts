import {
  type IdentityProvider,
  ProviderFailure,
  type SignInRequest,
} from "@clickclack/identity/federation/IdentityProvider";
import { SignInRefused, signInFederated } from "@clickclack/identity/federation/signInFederated";
import { type SignInTicket, SignInTickets } from "@clickclack/identity/federation/SignInTickets";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { FederationGroup } from "@clickclack/protocol/http/FederationGroup";
import { cookieOf, sessionCookie } from "../../../authentication/sessionCookie.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { type HttpReply, redirectTo } from "../../../http/HttpReply.ts";
import type { HttpRequest } from "../../../http/HttpRequest.ts";
import type { SignInError } from "../../../signIn/SignInError.ts";
import { publicBase } from "../../../signIn/publicBase.ts";
import { returnPath } from "../../../signIn/returnPath.ts";
import { PROVIDER_IDS, type ProviderId } from "../../../signIn/SignInServices.ts";
import { endedTicketCookie, linkCookie, TICKET_COOKIE, ticketCookie } from "../../../signIn/ticketCookie.ts";

/** The sign-in page, which says what went wrong in words. */
const signInPage = (
  error: SignInError,
  returnTo: string,
  cookies: ReadonlyArray<string> = [],
): HttpReply<void> => redirectTo(`/sign-in?${new URLSearchParams({ error, return_to: returnTo })}`, cookies);

export const federationHandlers = ({
  services,
  signUp,
  sessions,
}: GatewayContext): Handlers<typeof FederationGroup> => {
  const { providers, publicUrl } = services.signIn;
  const tickets = new SignInTickets(services);

  const providerOf = (id: string): { readonly id: ProviderId; readonly provider: IdentityProvider } => {
    const known = PROVIDER_IDS.find((one) => one === id);
    if (known === undefined) throw new ApiFailure("not_found", "there is no such provider to sign in with");
    const provider = providers.get(known);
    if (provider) return { id: known, provider };
    throw new ApiFailure("not_configured", `signing in with ${known} is not configured on this server`);
  };

  /** What to say of a failure; what is no refusal and no provider's failure goes on as it is. */
  const explained = (error: unknown, provider: ProviderId): SignInError => {
    if (error instanceof SignInRefused) return error.code;
    if (!(error instanceof ProviderFailure)) throw error;
    services.log.error({ provider, reason: error.message }, "a provider vouched for nobody");
    return error.reason === "unavailable" ? "provider_unavailable" : "provider_refused";
  };

  const finish = async (
    { id, provider }: ReturnType<typeof providerOf>,
    ticket: SignInTicket,
    request: HttpRequest,
  ): Promise<HttpReply<void>> => {
    const { inviteCode, returnTo } = ticket;
    const ended = endedTicketCookie(request);
    try {
      const person = await provider.identify(new URL(`${ticket.redirectUri}?${request.query}`), ticket);
      const invited = inviteCode === undefined ? {} : { inviteCode };
      const { accounts } = services;
      const about = sessions.about(request);
      const wanted = { accounts, signUp, provider: id, person, about, ...invited };
      const { kind, issued } = await signInFederated(wanted);
      if (kind === "session") return redirectTo(returnTo, [sessionCookie(request, issued.token), ended]);
      const page = `/sign-in?${new URLSearchParams({ second_factor: "1", return_to: returnTo })}`;
      return redirectTo(page, [linkCookie(request, issued.token), ended]);
    } catch (error) {
      return signInPage(explained(error, id), returnTo, [ended]);
    }
  };

  return {
    startSignIn: async ({ params, query, request }) => {
      const { id, provider } = providerOf(params.provider);
      const returnTo = returnPath(query.return_to);
      const { ticket, sealed } = tickets.make({
        provider: id,
        returnTo,
        redirectUri: `${publicBase(request, publicUrl)}/api/auth/${id}/callback`,
        ...(query.invite !== undefined && { inviteCode: query.invite }),
      });
      try {
        const { href } = await provider.authorizationUrl(ticket satisfies SignInRequest);
        return redirectTo(href, [ticketCookie(request, sealed)]);
      } catch (error) {
        return signInPage(explained(error, id), returnTo);
      }
    },

    finishSignIn: async ({ params, query, request }) => {
      const found = providerOf(params.provider);
      const sealed = cookieOf(request, TICKET_COOKIE);
      const ticket = await tickets.redeem(sealed, { provider: found.id, state: query.state });
      // Another's cookie is left alone: a foreign page could otherwise end a sign-in that is under way.
      if (!ticket) return signInPage("state_unknown", "/");
      if (query.error === undefined) return finish(found, ticket, request);
      const cancelled = query.error === "access_denied";
      const code = cancelled ? "cancelled" : "provider_refused";
      return signInPage(code, ticket.returnTo, [endedTicketCookie(request)]);
    },
  };
};
