import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { HttpResponse } from "uWebSockets.js";
import type { Connection } from "./Connection.ts";

/** A JSON body; the contract's bound. */
export const MAX_JSON_BYTES = 1024 * 1024;
/** A body over the bound is read and thrown away up to here, so that a client that is still sending gets its answer. */
export const MAX_DISCARDED_BYTES = 8 * 1024 * 1024;

/** A body that was not read to its end: the connection cannot be used for another request. */
export class BodyUnread extends ApiFailure {}

const MESSAGE = "the body is larger than 1 MiB";

/**
 * Reads a whole body. Must be called before the first await; undefined when the client went away.
 * Throws 413 for more than 1 MiB.
 */
export const readBody = (res: HttpResponse, connection: Connection): Promise<Buffer | undefined> =>
  new Promise((resolve, reject) => {
    const chunks: Array<Buffer> = [];
    let size = 0;
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
  });
