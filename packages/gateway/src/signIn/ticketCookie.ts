import { MAGIC_LINK_MS } from "@clickclack/identity/Accounts";
import { TICKET_MS } from "@clickclack/identity/federation/SignInTickets";
import { cookieAttributes } from "../authentication/sessionCookie.ts";
import type { HttpRequest } from "../http/HttpRequest.ts";

/** What a browser keeps while its user is at a provider. */
export const TICKET_COOKIE = "cc_oauth";
/** What it keeps of who came back, until a code of a second factor comes too. */
export const LINK_COOKIE = "cc_link";
/** Stands for the link in that cookie, which no script can read. */
export const LINK_IN_COOKIE = "cookie";
const PATH = "/api/auth";

/** `Set-Cookie` of a sealed ticket. */
export const ticketCookie = (request: HttpRequest, sealed: string): string =>
  `${TICKET_COOKIE}=${sealed}${cookieAttributes(request, TICKET_MS / 1_000, PATH)}`;

/** `Set-Cookie` that takes it back. */
export const endedTicketCookie = (request: HttpRequest): string =>
  `${TICKET_COOKIE}=${cookieAttributes(request, 0, PATH)}`;

/** `Set-Cookie` of a one-time link's token. */
export const linkCookie = (request: HttpRequest, token: string): string =>
  `${LINK_COOKIE}=${token}${cookieAttributes(request, MAGIC_LINK_MS / 1_000, PATH)}`;

/** `Set-Cookie` that takes it back. */
export const endedLinkCookie = (request: HttpRequest): string =>
  `${LINK_COOKIE}=${cookieAttributes(request, 0, PATH)}`;
