import type { HttpRequest } from "../http/HttpRequest.ts";

/** The contract's name of the cookie that holds a session's token. */
export const SESSION_COOKIE = "cc_session";

const COOKIE_SECONDS = 30 * 24 * 3_600;

/** What every cookie of ours is held to; `seconds` is how long the browser keeps it. */
export const cookieAttributes = ({ secure }: HttpRequest, seconds: number, path = "/"): string =>
  `; Path=${path}; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure ? "; Secure" : ""}`;

/** `Set-Cookie` of a session that was opened: it stands in for whatever cookie the browser came with. */
export const sessionCookie = (request: HttpRequest, token: string): string =>
  `${SESSION_COOKIE}=${token}${cookieAttributes(request, COOKIE_SECONDS)}`;

/** `Set-Cookie` that takes the session's cookie back. */
export const endedSessionCookie = (request: HttpRequest): string =>
  `${SESSION_COOKIE}=${cookieAttributes(request, 0)}`;

/** A cookie of a request; undefined when it did not come along. */
export const cookieOf = ({ headers }: HttpRequest, name: string): string | undefined => {
  for (const part of (headers["cookie"] ?? "").split(";")) {
    const [key, ...value] = part.trim().split("=");
    if (key === name) return value.join("=");
  }
  return undefined;
};
