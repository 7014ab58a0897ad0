import type { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { ErrorBody } from "@clickclack/protocol/http/endpoint";
import type { HttpResponse } from "uWebSockets.js";
import type { HttpRequest } from "./HttpRequest.ts";
import type { FileBody } from "./sendFile.ts";

/** What a handler answers with; the body is written as JSON. */
export interface HttpReply<Body = unknown> {
  readonly status: number;
  readonly body?: Body;
  /** A JSON body that is a text already. */
  readonly json?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Each a `Set-Cookie` of its own. */
  readonly cookies?: ReadonlyArray<string>;
  /** Bytes to send in place of a JSON body; their `Content-Type` is among the headers. */
  readonly file?: FileBody;
  /** Ends the connection, where the request's body was not read, or no more requests are to come on it. */
  readonly close?: boolean;
}

export const ok = <Body>(body: Body, headers?: Readonly<Record<string, string>>): HttpReply<Body> => ({
  status: 200,
  body,
  ...(headers && { headers }),
});

export const createdReply = <Body>(body: Body): HttpReply<Body> => ({ status: 201, body });

/** Sends a browser on to another address. */
export const redirectTo = (location: string, cookies: ReadonlyArray<string>): HttpReply<void> => ({
  status: 302,
  headers: { Location: location },
  cookies,
});

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  206: "Partial Content",
  302: "Found",
  304: "Not Modified",
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  429: "Too Many Requests",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
};

/** What a JSON body is said to be. */
export const JSON_TYPE = "application/json; charset=utf-8";
/** When a client that was told "not now" should ask again. */
const RETRY_AFTER_SECONDS = "1";

/** A failure as the reply that tells it. */
export const failureReply = (failure: ApiFailure, requestId: string): HttpReply<ErrorBody> => {
  const body = {
    error: failure.message,
    code: failure.code,
    request_id: requestId,
    ...(failure.issues && { issues: failure.issues }),
    ...failure.details,
  };
  const retry = failure.status === 503 || failure.status === 429;
  const headers = { ...(retry && { "Retry-After": RETRY_AFTER_SECONDS }), ...failure.headers };
  return { status: failure.status, body, headers };
};

/** A page for people's browsers. */
export interface HtmlPage {
  readonly status: number;
  readonly html: string;
  /** Its `Content-Security-Policy`. */
  readonly policy: string;
  /** Ends the connection. */
  readonly close: boolean;
}

/** Writes a page that no other may frame, and that tells none where its reader came from. */
export const writePage = (
  res: HttpResponse,
  request: HttpRequest,
  { status, html, policy, close }: HtmlPage,
): void => {
  res.cork(() => {
    res.writeStatus(`${status} ${REASONS[status] ?? ""}`);
    writeUsualHeaders(res, request);
    res.writeHeader("Content-Type", "text/html; charset=utf-8");
    res.writeHeader("Content-Security-Policy", policy);
    res.writeHeader("X-Frame-Options", "DENY");
    res.writeHeader("Referrer-Policy", "no-referrer");
    res.writeHeader("Cross-Origin-Opener-Policy", "same-origin");
    if (request.method !== "HEAD") return void res.end(html, close);
    res.writeHeader("Content-Length", String(Buffer.byteLength(html)));
    endWithHeaders(res, close);
  });
};

const writeUsualHeaders = (res: HttpResponse, request: HttpRequest): void => {
  res.writeHeader("X-Correlation-ID", request.correlationId);
  res.writeHeader("X-Request-ID", request.requestId);
  res.writeHeader("Cache-Control", "no-store");
  res.writeHeader("X-Content-Type-Options", "nosniff");
};

/** Answers a request within its own handler, which must not have awaited anything. */
export const replyAtOnce = (res: HttpResponse, request: HttpRequest, reply: HttpReply): void => {
  // Without it uWebSockets.js takes an answer without a body for none, and ends the process.
  res.onAborted(() => undefined);
  writeReply(res, request, reply);
};

/** An answer of bytes is whole with its headers where there are none to send, or none are wanted. */
export const hasBytes = (reply: HttpReply, { method }: HttpRequest): boolean =>
  reply.file !== undefined && reply.file.byteSize > 0 && method !== "HEAD";

/** Where uWebSockets.js cannot end the connection behind the answer, its client is asked to. */
const askToClose = (res: HttpResponse): void => void res.writeHeader("Connection", "close");

/** Ends an answer that has no body, or to HEAD. Told to end the connection, uWebSockets.js would need a length, and send it. */
const endWithHeaders = (res: HttpResponse, close: boolean): void => {
  if (close) askToClose(res);
  res.endWithoutBody();
};

const endOfFileHeaders = (res: HttpResponse, request: HttpRequest, file: FileBody, close: boolean): void => {
  const { byteSize, stream } = file;
  const head = request.method === "HEAD";
  if (byteSize > 0 && !head) return close ? askToClose(res) : undefined;
  stream.destroy();
  if (!head) return void res.end("", close);
  res.writeHeader("Content-Length", String(byteSize));
  endWithHeaders(res, close);
};

/**
 * Writes a reply in one go; to HEAD without the body that GET would get. The bytes of a file are left for
 * `sendReply`.
 */
export const writeReply = (res: HttpResponse, request: HttpRequest, reply: HttpReply): void => {
  const { close = false } = reply;
  res.cork(() => {
    res.writeStatus(`${reply.status} ${REASONS[reply.status] ?? ""}`);
    writeUsualHeaders(res, request);
    for (const [name, value] of Object.entries(reply.headers ?? {})) res.writeHeader(name, value);
    for (const cookie of reply.cookies ?? []) res.writeHeader("Set-Cookie", cookie);
    if (reply.file) return endOfFileHeaders(res, request, reply.file, close);
    // Whoever is sent on is told that no body follows; otherwise it would be waited for.
    if (reply.status === 302) return void res.end("", close);
    if (reply.body === undefined && reply.json === undefined) return endWithHeaders(res, close);
    res.writeHeader("Content-Type", JSON_TYPE);
    const text = reply.json ?? JSON.stringify(reply.body);
    if (request.method !== "HEAD") return void res.end(text, close);
    // Given to endWithoutBody, the length would be waited for on the connection.
    res.writeHeader("Content-Length", String(Buffer.byteLength(text)));
    endWithHeaders(res, close);
  });
};
