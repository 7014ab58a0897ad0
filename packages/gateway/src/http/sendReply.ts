import { Readable } from "node:stream";
import type { HttpResponse } from "uWebSockets.js";
import type { Connection } from "./Connection.ts";
import { hasBytes, type HttpReply, JSON_TYPE, writeReply } from "./HttpReply.ts";
import type { HttpRequest } from "./HttpRequest.ts";
import type { InFlightRequests } from "./InFlightRequests.ts";
import { type FileBody, sendFile } from "./sendFile.ts";

/** What a socket's send buffer takes at once everywhere; Linux begins with some 80 KB. What is larger is sent in pieces. */
const AT_ONCE_BYTES = 32 * 1024;

/** A reply of a request that is in flight, to a client that may be gone. */
export interface Answered {
  readonly request: HttpRequest;
  readonly connection: Connection;
  readonly inFlight: InFlightRequests;
}

/** Writes a reply; resolves when the system has taken all of it, or its client is gone. In a drain it is the connection's last. */
export const sendReply = async (res: HttpResponse, reply: HttpReply, answered: Answered): Promise<void> => {
  const { request, connection, inFlight } = answered;
  if (connection.aborted) return void reply.file?.stream.destroy();
  const close = reply.close === true || inFlight.draining;
  const whole = reply.file ? { ...reply, file: untilCut(reply.file, inFlight) } : inPieces(reply);
  writeReply(res, request, { ...whole, close });
  if (!whole.file || !hasBytes(whole, request)) return;
  const stopWaiting = inFlight.onCut(() => {
    if (!connection.aborted) res.close();
  });
  await sendFile(res, whole.file, connection);
  stopWaiting();
};

const untilCut = (file: FileBody, inFlight: InFlightRequests): FileBody => ({
  ...file,
  mayGoOn: () => !inFlight.cut && file.mayGoOn(),
});

/** A large JSON body as bytes: of those it is known when they were sent. */
const inPieces = ({ json, body, ...reply }: HttpReply): HttpReply => {
  const text = json ?? (body === undefined ? undefined : JSON.stringify(body));
  if (text === undefined) return reply;
  // A text of so many characters has at least as many bytes, and seldom more.
  const bytes = text.length > AT_ONCE_BYTES / 3 ? Buffer.from(text) : undefined;
  if (!bytes || bytes.byteLength <= AT_ONCE_BYTES) return { ...reply, json: text };
  const file = { stream: Readable.from([bytes]), byteSize: bytes.byteLength, mayGoOn: () => true };
  return { ...reply, headers: { "Content-Type": JSON_TYPE, ...reply.headers }, file };
};
