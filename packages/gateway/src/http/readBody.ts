import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { HttpResponse } from "uWebSockets.js";
import type { Connection } from "./Connection.ts";
import type { InFlightRequests } from "./InFlightRequests.ts";

/** A JSON body; the contract's bound. */
export const MAX_JSON_BYTES = 1024 * 1024;
/** A body over the bound is read and thrown away up to here, so that a client that is still sending gets its answer. */
export const MAX_DISCARDED_BYTES = 8 * 1024 * 1024;

/** A body that was not read to its end: the connection cannot be used for another request. */
export class BodyUnread extends ApiFailure {}

const MESSAGE = "the body is larger than 1 MiB";
/** Said of what had not come whole when a server that stops waited for it no longer. */
export const STOPPING = "this server is stopping";

/**
 * Reads a whole body. Must be called before the first await; undefined when the client went away.
 * Throws 413 for more than 1 MiB, and 503 when it has not come by the end of a drain.
 */
export const readBody = (
  res: HttpResponse,
  connection: Connection,
  inFlight: InFlightRequests,
): Promise<Buffer | undefined> => {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
  const chunks: Array<Buffer> = [];
  let size = 0;
  const received = inFlight.onCut(() => reject(new BodyUnread("unavailable", STOPPING)));
  connection.onAborted(() => resolve(undefined));
  res.onData((chunk, isLast) => {
    size += chunk.byteLength;
    if (size <= MAX_JSON_BYTES) {
      // The ArrayBuffer is taken back when this callback returns.
      chunks.push(Buffer.from(chunk.slice(0)));
      if (isLast) resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    } else if (isLast) {
      reject(new ApiFailure("payload_too_large", MESSAGE));
    } else if (size > MAX_DISCARDED_BYTES) {
      reject(new BodyUnread("payload_too_large", MESSAGE));
    }
  });
  return promise.finally(received);
};
