import { connect, type Socket } from "node:net";
import { FrameReader } from "./FrameReader.ts";

export interface WatchedSocketOptions {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** More headers of the upgrade, each with its `\r\n`. */
  readonly headers: string;
  /** Takes every frame's payload as it comes; without it the socket is read only when it is told to `empty`. */
  readonly onFrame: ((payload: Buffer) => void) | undefined;
}

/** An unasked pong, masked as a client's frames must be. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
/** The first byte of a frame that closes; it comes alone, or else its code is not seen. */
const CLOSE = 0x88;
/** All sockets read into the same memory: what is in it is used up before the next one reads. */
const memory = Buffer.allocUnsafe(64 * 1024);

/** A WebSocket as cheap as it can be: no copy, no event, no unmasking, and no reading at all unless somebody watches. */
export class WatchedSocket {
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  readonly #onFrame: ((payload: Buffer) => void) | undefined;
  #handshake: string | undefined = "";
  readonly #opening = Promise.withResolvers<void>();

  #ending = "without a word";

  private constructor(
    { host, port, path, headers, onFrame }: WatchedSocketOptions,
    onClose: (why: string) => void,
  ) {
    this.#onFrame = onFrame;
    const onread = { buffer: memory, callback: (bytes: number) => this.#read(memory.subarray(0, bytes)) };
    this.#socket = connect({ host, port, noDelay: true, onread });
    this.#socket.on("error", (error) => {
      this.#ending = error.message;
      this.#opening.reject(error);
    });
    this.#socket.on("close", () => onClose(this.#ending));
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`,
    );
  }

  /** Connects; rejects with the answer when the upgrade is refused. */
  static async open(options: WatchedSocketOptions, onClose: (why: string) => void): Promise<WatchedSocket> {
    const socket = new WatchedSocket(options, onClose);
    await socket.#opening.promise;
    return socket;
  }

  /** Reads once, and throws away, what has come. */
  empty(): void {
    this.#socket.resume();
  }

  /** Tells the server that this client lives. */
  pong(): void {
    this.#socket.write(PONG);
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Returns whether to go on reading. */
  #read(chunk: Buffer): boolean {
    const frames = this.#handshake === undefined ? chunk : this.#shakeHands(this.#handshake, chunk);
    if (frames?.[0] === CLOSE && frames.length >= 4)
      this.#ending = `with ${frames.readUInt16BE(2)} ${frames.toString("latin1", 4)}`;
    if (frames && this.#onFrame) this.#reader.push(frames, this.#onFrame);
    return this.#onFrame !== undefined || this.#handshake !== undefined;
  }

  /** The frames that came with the end of the handshake. */
  #shakeHands(before: string, chunk: Buffer): Buffer | undefined {
    const text = before + chunk.toString("latin1");
    this.#handshake = text;
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) return undefined;
    if (!text.startsWith("HTTP/1.1 101")) {
      this.#opening.reject(new Error(`upgrade refused: ${text}`));
      return undefined;
    }
    this.#handshake = undefined;
    this.#opening.resolve();
    return Buffer.from(text.slice(end + 4), "latin1");
  }
}
