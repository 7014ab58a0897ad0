import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import type { FetchAnswer, FetchRequest } from "@clickclack/sdk/ClickClack";

/**
 * More than any answer of the API, bytes: a page of 200 messages of 40,000 characters, three bytes each, with quotations as
 * long has 48 MB. Whoever sends more is no ClickClack server.
 */
const MAX_ANSWER = 64 * 1024 * 1024;

const readAll = async (incoming: IncomingMessage): Promise<Buffer> => {
  const chunks: Array<Buffer> = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER) throw new TypeError(`an answer has more than ${MAX_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const answerOf = ({ statusCode = 0, headers }: IncomingMessage, body: Buffer): FetchAnswer => ({
  status: statusCode,
  ok: statusCode >= 200 && statusCode < 300,
  headers: { get: (name) => headers[name.toLowerCase()]?.toString() ?? null },
  json: async () => JSON.parse(body.toString()) as unknown,
  arrayBuffer: async () => new Uint8Array(body).buffer,
});

export interface SmallRequest extends FetchRequest {
  /** The answer is waited for so long, ms. */
  readonly withinMs: number;
}

/**
 * What the SDK needs of `fetch`, over node:http: Node's own takes 13 MB, and a chat is to be small. It throws as `fetch`
 * does: a TypeError with the cause when nobody answers, the signal's reason when that ends the wait, and a TimeoutError.
 * Redirects are not followed, and forms not sent.
 */
export const smallFetch = async (url: string, asked: SmallRequest): Promise<FetchAnswer> => {
  const { method = "GET", headers, body, signal, withinMs } = asked;
  if (body !== undefined && typeof body !== "string") throw new TypeError("forms are not sent so");
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = url.startsWith("https:") ? requestHttps : requestHttp;
  const outgoing = request(url, { method, ...(headers && { headers }) }, resolve).on("error", reject);
  let late = false;
  // A timer of its own, as one of an AbortSignal would stay for all of its time.
  const timer = setTimeout(() => {
    late = true;
    outgoing.destroy();
  }, withinMs);
  const abort = () => outgoing.destroy();
  signal?.addEventListener("abort", abort);
  try {
    outgoing.end(body);
    const incoming = await promise;
    return answerOf(incoming, await readAll(incoming));
  } catch (error) {
    signal?.throwIfAborted();
    if (late) throw new DOMException(`no answer within ${withinMs} ms`, "TimeoutError");
    if (error instanceof TypeError) throw error;
    throw new TypeError("the request got no answer", { cause: error });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
};
