import { isIP } from "node:net";
import type { HttpRequest } from "../http/HttpRequest.ts";

/** Whether a page of this very origin, or no page at all, made the request. */
export const isSameOrigin = (request: HttpRequest): boolean => {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  const { origin } = request.headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === request.headers["host"];
};

/** Whether an IPv4 or IPv6 address, also an IPv4 one written as IPv6, is of this machine. */
export const isLoopback = (address: string): boolean => {
  const plain = address.toLowerCase().replace(/^(?:::ffff:|0000:0000:0000:0000:0000:ffff:)/, "");
  if (isIP(plain) === 4) return plain.startsWith("127.");
  if (/^7f[0-9a-f]{2}:[0-9a-f]{4}$/.test(plain)) return true;
  return plain === "::1" || plain === "0000:0000:0000:0000:0000:0000:0000:0001";
};

const LOCAL_HOSTS = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** A request from this machine, to a name of this machine, and not made by somebody else's page. */
export const isLocalRequest = (request: HttpRequest): boolean =>
  isFromThisMachine(request) && isSameOrigin(request);

/** A request from this machine, to a name of this machine, whatever page led to it. */
export const isFromThisMachine = (request: HttpRequest): boolean => {
  const host = (request.headers["host"] ?? "").replace(/:\d+$/, "").toLowerCase();
  const forwarded =
    request.headers["x-forwarded-for"] !== undefined || request.headers["forwarded"] !== undefined;
  const local = LOCAL_HOSTS.has(host) || host.endsWith(".localhost") || isLoopback(host);
  return isLoopback(request.peer) && local && !forwarded;
};

/** Where a request says that it came to, for links in its own answer: what stands in them nobody else believes. */
export const originOf = ({ headers, secure }: HttpRequest): string =>
  `${secure ? "https" : "http"}://${headers["host"] ?? "localhost"}`;
