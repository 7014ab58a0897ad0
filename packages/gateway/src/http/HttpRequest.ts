import { newId } from "@clickclack/protocol/Ids";
import type { Origin, TrustedProxies } from "./TrustedProxies.ts";
import type { HttpRequest as UwsRequest, HttpResponse } from "uWebSockets.js";

/** What is kept of a request: uWebSockets.js takes the rest back when the callback returns. */
export interface HttpRequest extends Origin {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly params: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Address of the peer, as text: of a proxy, where one stands in front. */
  readonly peer: string;
  readonly requestId: string;
  readonly correlationId: string;
}

const CORRELATION_ID = /^[A-Za-z0-9._:-]{1,128}$/;

const decoder = new TextDecoder();

/** What proxies say of their clients: each adds to what it got, in the same header or in one more of the name. */
const LISTS = new Set(["x-forwarded-for", "x-forwarded-proto", "forwarded"]);

/** Copies what is needed of a request, before the first await. `paramNames` are those of the route, in its order. */
export const captureRequest = (
  res: HttpResponse,
  req: UwsRequest,
  proxies: TrustedProxies,
  paramNames: ReadonlyArray<string> = [],
): HttpRequest => {
  const headers: Record<string, string> = {};
  // A header that comes twice counts once, as its first value: two Authorization headers are one and a forgery.
  req.forEach((name, value) => {
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else if (LISTS.has(name)) headers[name] = `${before},${value}`;
  });
  const params: Record<string, string> = {};
  for (const [i, name] of paramNames.entries()) params[name] = req.getParameter(i) ?? "";
  const requestId = newId("req");
  const peer = decoder.decode(res.getRemoteAddressAsText());
  const inbound = headers["x-correlation-id"] ?? "";
  return {
    method: req.getCaseSensitiveMethod(),
    path: req.getUrl(),
    query: req.getQuery() ?? "",
    params,
    headers,
    peer,
    ...proxies.originOf(peer, headers),
    requestId,
    correlationId: CORRELATION_ID.test(inbound) ? inbound : requestId,
  };
};
