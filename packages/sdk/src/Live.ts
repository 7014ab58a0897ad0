import type { EventFrame, ResyncFrame } from "@clickclack/protocol/realtime/Frames";
import { backoff } from "./backoff.ts";
import { Barriers } from "./Barriers.ts";
import type { ClickClackError } from "./ClickClackError.ts";

/**
 * `waiting` to connect again in so many ms; `closed` for good: access ended, or {@link Live.close} was called. `refusal`
 * is what the server says to whoever asks for the workspace then.
 */
export type LiveState =
  | { readonly _tag: "connecting" }
  | { readonly _tag: "live" }
  | { readonly _tag: "waiting"; readonly retryInMs: number }
  | { readonly _tag: "closed"; readonly reason: string; readonly refusal?: ClickClackError };

export interface LiveOptions {
  /** `ws://…/api/realtime/ws` */
  readonly url: string;
  readonly workspaceId: string;
  readonly token?: string;
  /** Only what happened after it is told, beginning with what was missed; without one, all from the beginning. */
  readonly after?: string;
  readonly onEvent: (event: EventFrame) => void;
  readonly onState?: (state: LiveState) => void;
  /** Whatever had happened when the connection came about was told; what follows happens now. */
  readonly onCaughtUp?: () => void;
  /** Asked when a connection does not come about, or access ended: why that stays so, if it does. */
  readonly whyRefused?: () => Promise<ClickClackError | undefined>;
  /** The cursor is too old to be served: read the state anew. Events go on after `tailCursor`. */
  readonly onResync?: (tailCursor: string) => void;
  readonly WebSocket?: typeof WebSocket;
}

interface BarrierFrame {
  readonly type: "barrier";
  readonly id: string;
}

/** A connection comes about within this time, ms, or is given up: a server that hangs takes it and says nothing. */
const OPEN_WITHIN_MS = 15_000;
/** A connection is tried this often, ms: a person notices a minute's silence. */
const HEARTBEAT_MS = 30_000;
/** Barriers without an answer after which a connection is given up: one may be lost to a busy server. */
const UNANSWERED = 2;
/** Access ended; to connect again would be refused. */
const ACCESS_ENDED = 1008;

/** A workspace's events over a WebSocket: each once and in order, over lost connections and restarts of the server. */
export class Live {
  readonly #options: LiveOptions;
  readonly #barriers = new Barriers();
  #cursor: string | undefined;
  #socket: WebSocket | undefined;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the connection is looked after next. */
  #watch: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#cursor = options.after;
    this.#connect();
  }

  /** Of the last event that was told; give it as `after` to go on later. */
  get cursor(): string | undefined {
    return this.#cursor;
  }

  /**
   * Resolves with true once everything that the server had accepted before was told here, with false if the connection
   * is lost meanwhile or the server does not answer.
   */
  barrier(): Promise<boolean> {
    return this.#barriers.pass();
  }

  close(): void {
    this.#end("closed by its owner");
  }

  #connect(): void {
    const { url, workspaceId, token } = this.#options;
    this.#tell({ _tag: "connecting" });
    const query = new URLSearchParams({ workspace_id: workspaceId });
    if (this.#cursor !== undefined) query.set("after_cursor", this.#cursor);
    const Socket = this.#options.WebSocket ?? WebSocket;
    const socket = new Socket(`${url}?${query}`, token === undefined ? [] : [`clickclack.bearer.${token}`]);
    this.#socket = socket;
    let opened = false;
    this.#watch = setTimeout(() => this.#giveUp(socket, opened), OPEN_WITHIN_MS);
    socket.onopen = () => {
      clearTimeout(this.#watch);
      opened = true;
      this.#attempt = 0;
      this.#barriers.begin((frame) => socket.send(frame));
      this.#tell({ _tag: "live" });
      void this.#catchUp(socket);
    };
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket) this.#onFrame(JSON.parse(String(data)));
    };
    socket.onclose = ({ code, reason }) => {
      if (code === ACCESS_ENDED && this.#socket === socket) void this.#ended(reason);
      else this.#lost(socket, opened);
    };
    // Node's WebSocket tells of a handshake that failed by this alone; browsers tell of the close too.
    socket.onerror = () => this.#lost(socket, opened);
  }

  async #catchUp(socket: WebSocket): Promise<void> {
    if (!(await this.#answers(socket))) return;
    this.#options.onCaughtUp?.();
    this.#watchOver(socket);
  }

  /** A server may hang, or the way to it be cut, with the connection open: silence does not tell. */
  #watchOver(socket: WebSocket): void {
    this.#watch = setTimeout(async () => {
      if (await this.#answers(socket)) this.#watchOver(socket);
    }, HEARTBEAT_MS);
  }

  /** Whether the connection is good; one that is not is given up. */
  async #answers(socket: WebSocket): Promise<boolean> {
    for (let n = 0; n < UNANSWERED && this.#socket === socket; n++) if (await this.barrier()) return true;
    this.#giveUp(socket, true);
    return false;
  }

  #giveUp(socket: WebSocket, opened: boolean): void {
    this.#lost(socket, opened);
    socket.close();
  }

  #onFrame(frame: EventFrame | ResyncFrame | BarrierFrame): void {
    if (this.#closed) return;
    if (frame.type === "barrier") return this.#barriers.answered(frame.id);
    if (frame.type === "resync_required" && "tail_cursor" in frame) {
      this.#cursor = frame.tail_cursor;
      return this.#options.onResync?.(frame.tail_cursor);
    }
    if (!("cursor" in frame)) return;
    // Typing and presence have no place in the log.
    if (frame.cursor !== "") this.#cursor = frame.cursor;
    this.#options.onEvent(frame);
  }

  #lost(socket: WebSocket, opened: boolean): void {
    if (this.#closed || this.#socket !== socket) return;
    this.#leave();
    const retryInMs = backoff(++this.#attempt);
    this.#tell({ _tag: "waiting", retryInMs });
    this.#timer = setTimeout(() => this.#connect(), retryInMs);
    if (!opened) void this.#endIfRefused();
  }

  /** A handshake that is refused does not tell why, and would be refused for ever. */
  async #endIfRefused(): Promise<void> {
    const refusal = await this.#options.whyRefused?.();
    if (refusal) this.#end(refusal.message, refusal);
  }

  async #ended(reason: string): Promise<void> {
    this.#leave();
    const refusal = await this.#options.whyRefused?.();
    this.#end(refusal?.message ?? reason, refusal);
  }

  #end(reason: string, refusal?: ClickClackError): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#leave();
    this.#tell({ _tag: "closed", reason, ...(refusal && { refusal }) });
  }

  #leave(): void {
    this.#socket = undefined;
    clearTimeout(this.#watch);
    this.#barriers.end();
  }

  #tell(state: LiveState): void {
    this.#options.onState?.(state);
  }
}
