import type { Readable } from "node:stream";
import type { HttpResponse } from "uWebSockets.js";
import type { Connection } from "./Connection.ts";

/** Bytes that answer a request, as many as were promised. */
export interface FileBody {
  readonly stream: Readable;
  readonly byteSize: number;
  /** Asked before anything is sent: false cuts the answer off. */
  readonly mayGoOn: () => boolean;
}

/** Sends a body behind headers that were written already; resolves when it was sent, or cut off. */
export const sendFile = async (res: HttpResponse, file: FileBody, connection: Connection): Promise<void> => {
  const { stream, byteSize, mayGoOn } = file;
  const sender = new PieceSender(res, file, connection);
  try {
    let sent = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      sent += chunk.byteLength;
      if (connection.aborted || !mayGoOn() || sent > byteSize) break;
      if (await sender.send(chunk)) return;
    }
  } catch {
    // What the headers promised cannot be kept: the client sees it by the missing bytes.
  }
  stream.destroy();
  if (!connection.aborted) res.close();
};

/** Sends pieces as fast as the client takes them. */
class PieceSender {
  readonly #res: HttpResponse;
  readonly #file: FileBody;
  readonly #connection: Connection;
  #settle: (whole: boolean) => void = () => undefined;

  constructor(res: HttpResponse, file: FileBody, connection: Connection) {
    this.#res = res;
    this.#file = file;
    this.#connection = connection;
    connection.onAborted(() => this.#settle(false));
  }

  /** Resolves when the piece was taken: true when the answer is whole with it. */
  send(piece: Buffer): Promise<boolean> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      const res = this.#res;
      res.cork(() => {
        const start = res.getWriteOffset();
        const [taken, whole] = res.tryEnd(piece, this.#file.byteSize);
        if (taken || whole) return resolve(whole);
        res.onWritable((offset) => this.#sendRest(piece.subarray(offset - start)));
      });
    });
  }

  #sendRest(rest: Buffer): boolean {
    if (!this.#file.mayGoOn()) {
      if (!this.#connection.aborted) this.#res.close();
      return true;
    }
    const [taken, whole] = this.#res.tryEnd(rest, this.#file.byteSize);
    if (taken || whole) this.#settle(whole);
    return taken;
  }
}
