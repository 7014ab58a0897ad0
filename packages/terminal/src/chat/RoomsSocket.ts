import type { TerminalFrame } from "@clickclack/protocol/terminal/TerminalFrames";
import { backoff } from "@clickclack/sdk/backoff";
import { WebSocket } from "ws";

/** What becomes of a connection. */
export interface RoomsSocketOptions {
  readonly url: string;
  /** How connections are opened: by `ws`, as Node's own brings all of its HTTP client along, 13 MB. */
  readonly WebSocket?: typeof WebSocket;
  /** The first frame of each connection. */
  readonly hello: () => object;
  readonly onConnecting: () => void;
  readonly onFrame: (frame: TerminalFrame) => void;
  /** A connection is gone, or there was none. Whether to try again. */
  readonly onLost: (close: { readonly code: number; readonly reason: string } | undefined) => boolean;
  readonly onWaiting: (retryInMs: number) => void;
}

/** The server has so long to take the connection and say welcome, ms. */
const WELCOME_WITHIN_MS = 15_000;
/** What was typed is answered within this, or the server hangs, ms: it answers once a message is stored, some 10 ms. */
const ANSWER_WITHIN_MS = 15_000;
/** A server that pings does so at least once a minute while nothing else is sent; after this much silence it hangs, ms. */
const SILENT_MS = 90_000;

const parse = (data: unknown): TerminalFrame | undefined => {
  try {
    const frame: unknown = JSON.parse(String(data));
    return typeof frame === "object" && frame !== null ? (frame as TerminalFrame) : undefined;
  } catch {
    return undefined;
  }
};

/**
 * A connection to `/terminal` that comes back by itself. That a server hangs, with the connection open, shows by an answer
 * that does not come, or by pings that do not come any more.
 */
export class RoomsSocket {
  readonly #options: RoomsSocketOptions;
  #socket: WebSocket | undefined;
  #attempt = 0;
  #welcomed = false;
  #pinged = false;
  #closed = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #answer: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(options: RoomsSocketOptions) {
    this.#options = options;
  }

  /** Whether what is sent goes out: the server has said welcome on this connection. */
  get live(): boolean {
    return this.#welcomed && this.#socket?.readyState === WebSocket.OPEN;
  }

  connect(): void {
    if (this.#closed) return;
    this.#options.onConnecting();
    const socket = new (this.#options.WebSocket ?? WebSocket)(this.#options.url);
    this.#socket = socket;
    this.#expectWithin(WELCOME_WITHIN_MS);
    socket.on("ping", () => {
      if (this.#socket !== socket) return;
      this.#pinged = true;
      this.#heard();
    });
    socket.onopen = () => this.send(this.#options.hello());
    socket.onmessage = ({ data }) => {
      if (this.#socket !== socket) return;
      this.#heard();
      const frame = parse(data);
      if (frame) this.#options.onFrame(frame);
    };
    socket.onclose = ({ code, reason }) => this.#lost(socket, { code, reason });
    socket.onerror = () => this.#lost(socket, undefined);
  }

  /** The server said welcome. */
  welcomed(): void {
    this.#welcomed = true;
    this.#attempt = 0;
    this.answered();
  }

  send(frame: object): void {
    this.#socket?.send(JSON.stringify(frame));
    this.#heard();
  }

  /** Sends what must be answered; call `answered` when it was. */
  ask(frame: object): void {
    this.send(frame);
    this.#expectWithin(ANSWER_WITHIN_MS);
  }

  answered(): void {
    clearTimeout(this.#answer);
  }

  close(): void {
    this.#closed = true;
    this.#forget()?.close(1000);
    clearTimeout(this.#retry);
  }

  #expectWithin(ms: number): void {
    clearTimeout(this.#answer);
    this.#answer = setTimeout(() => this.#hangs(), ms);
  }

  // What is sent counts too: the server pings only while it hears nothing, and what it must answer has its own bound.
  #heard(): void {
    if (!this.#pinged) return;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#hangs(), SILENT_MS);
  }

  #hangs(): void {
    const socket = this.#socket;
    if (!socket) return;
    this.#lost(socket, undefined);
    // A server that hangs does not answer the closing either.
    socket.terminate();
  }

  #lost(socket: WebSocket, close: { readonly code: number; readonly reason: string } | undefined): void {
    if (this.#closed || this.#socket !== socket) return;
    this.#forget();
    if (!this.#options.onLost(close) || this.#closed) return;
    const retryInMs = backoff(++this.#attempt);
    this.#options.onWaiting(retryInMs);
    this.#retry = setTimeout(() => this.connect(), retryInMs);
  }

  #forget(): WebSocket | undefined {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#welcomed = false;
    this.#pinged = false;
    clearTimeout(this.#answer);
    clearTimeout(this.#silence);
    return socket;
  }
}
