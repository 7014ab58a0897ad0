import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { Readable } from "node:stream";
import type { HttpResponse } from "uWebSockets.js";
import type { Connection } from "./Connection.ts";
import type { InFlightRequests } from "./InFlightRequests.ts";
import { STOPPING } from "./readBody.ts";

/** What waits in memory of one body; a reader that is slower than its sender makes the socket wait. */
const BUFFERED_BYTES = 256 * 1024;

/** The client went away before its body had come. */
export class BodyAborted extends Error {
  constructor() {
    super("the client went away before the whole body had come");
  }
}

/** A body as it comes, at the pace of whoever reads it. */
export interface StreamedBody {
  readonly stream: Readable;
  /** Throws the rest away, up to `bytes`; false when there is more, so that the connection has to be ended. */
  readonly discard: (bytes: number) => Promise<boolean>;
}

/** How long a client that is refused may take to send the rest, so that it reads why. */
const DISCARD_MS = 10_000;

/** Must be called before the first await. The stream fails with {@link BodyAborted}, and with 503 at the end of a drain. */
export const streamBody = (
  res: HttpResponse,
  connection: Connection,
  inFlight: InFlightRequests,
): StreamedBody => {
  let paused = false;
  let over = false;
  let thrownAway = 0;
  let onOver: (() => void) | undefined;
  const goOn = () => {
    if (!paused || over) return;
    paused = false;
    res.resume();
  };
  const stream = new Readable({ highWaterMark: BUFFERED_BYTES, read: goOn });
  // Whoever reads it hears of a failure where it reads; nobody need be listening here.
  stream.on("error", () => undefined);
  const stopWaiting = inFlight.onCut(() => stream.destroy(new ApiFailure("unavailable", STOPPING)));
  stream.once("close", stopWaiting);
  const end = () => {
    over = true;
    onOver?.();
  };
  connection.onAborted(() => {
    end();
    stream.destroy(new BodyAborted());
  });
  res.onData((chunk, isLast) => {
    if (stream.destroyed) thrownAway += chunk.byteLength;
    // The ArrayBuffer is taken back when this callback returns.
    else if (!stream.push(Buffer.from(chunk.slice(0))) && !isLast) {
      paused = true;
      res.pause();
    }
    if (isLast) {
      // What had been read from the socket before the pause still comes; the connection's next request must not wait.
      goOn();
      end();
      if (!stream.destroyed) stream.push(null);
    } else if (stream.destroyed) onOver?.();
  });
  return {
    stream,
    discard: (bytes) =>
      new Promise((resolve) => {
        stream.destroy();
        const deadline = setTimeout(() => resolve(false), DISCARD_MS);
        onOver = () => {
          if (!over && thrownAway <= bytes) return;
          clearTimeout(deadline);
          resolve(over);
        };
        onOver();
        goOn();
      }),
  };
};
