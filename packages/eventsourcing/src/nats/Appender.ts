import { createInbox, type Msg, type MsgHdrs } from "@nats-io/transport-node";
import { type AppendResult, StoreUnavailable } from "../EventStore.ts";
import type { Nats } from "./Nats.ts";

/** Long enough for a cluster's election, short enough that a caller still waits for the answer. */
const ACK_TIMEOUT_MS = 3_000;

/** Another sequence than the expected one is last: on one server, and (sometimes without any rival) in a cluster. */
const WRONG_LAST_SEQUENCE = new Set([10071, 10164]);

interface PubAck {
  readonly seq?: number;
  readonly error?: { readonly code: number; readonly err_code: number; readonly description: string };
}

interface Waiting {
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Publishes to streams with one reply inbox and a map of who waits, several times the rate of a request each. */
export class Appender {
  readonly #nats: Nats;
  readonly #prefix = createInbox();
  readonly #waiting = new Map<string, Waiting>();
  #next = 0;

  constructor(nats: Nats) {
    this.#nats = nats;
    nats.connection.subscribe(`${this.#prefix}.*`, { callback: (_error, msg) => this.#answer(msg) });
    nats.onState((state) => {
      if (state === "disconnected") this.#failAll("NATS went away before it acknowledged");
    });
  }

  /** Resolves when the stream has stored the message; throws StoreUnavailable when that is not known. */
  async append(subject: string, data: Uint8Array, headers: MsgHdrs): Promise<AppendResult> {
    this.#nats.requireConnected();
    return new Promise((resolve, reject) => {
      const token = (this.#next++).toString(36);
      const timer = setTimeout(() => this.#fail(token, "NATS did not acknowledge in time"), ACK_TIMEOUT_MS);
      this.#waiting.set(token, { resolve, reject, timer });
      try {
        this.#nats.connection.publish(subject, data, { headers, reply: `${this.#prefix}.${token}` });
      } catch (error) {
        this.#take(token);
        reject(this.#nats.connection.isClosed() ? new StoreUnavailable("NATS is not connected") : error);
      }
    });
  }

  #answer(msg: Msg): void {
    const token = msg.subject.slice(this.#prefix.length + 1);
    const waiting = this.#take(token);
    if (!waiting) return;
    if (msg.headers?.code === 503)
      return waiting.reject(new StoreUnavailable("the stream cannot be reached"));
    const ack = msg.json<PubAck>();
    if (ack.error === undefined) return waiting.resolve({ _tag: "Appended", seq: ack.seq! });
    if (WRONG_LAST_SEQUENCE.has(ack.error.err_code)) return waiting.resolve({ _tag: "Conflict" });
    waiting.reject(new StoreUnavailable(`append refused: ${ack.error.description}`));
  }

  #take(token: string): Waiting | undefined {
    const waiting = this.#waiting.get(token);
    if (!waiting) return undefined;
    clearTimeout(waiting.timer);
    this.#waiting.delete(token);
    return waiting;
  }

  #fail(token: string, why: string): void {
    this.#take(token)?.reject(new StoreUnavailable(why));
  }

  #failAll(why: string): void {
    for (const token of this.#waiting.keys()) this.#fail(token, why);
  }
}
