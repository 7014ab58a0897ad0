import { TICKET_MS } from "@clickclack/identity/federation/SignInTickets";
import { cookieAttributes } from "../authentication/sessionCookie.ts";
import type { HttpRequest } from "../http/HttpRequest.ts";

/** What a browser keeps while its user is at a provider. */
export const TICKET_COOKIE = "cc_oauth";
const PATH = "/api/auth";

/** `Set-Cookie` of a sealed ticket. */
export const ticketCookie = (request: HttpRequest, sealed: string): string =>
  `${TICKET_COOKIE}=${sealed}${cookieAttributes(request, TICKET_MS / 1_000, PATH)}`;

/** `Set-Cookie` that takes it back. */
export const endedTicketCookie = (request: HttpRequest): string =>
  `${TICKET_COOKIE}=${cookieAttributes(request, 0, PATH)}`;
