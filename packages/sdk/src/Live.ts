import type { EventFrame, ResyncFrame } from "@clickclack/protocol/realtime/Frames";
import { backoff } from "./backoff.ts";

/** `waiting` to connect again in so many ms; `closed` for good: access ended, or {@link Live.close} was called. */
export type LiveState =
  | { readonly _tag: "connecting" }
  | { readonly _tag: "live" }
  | { readonly _tag: "waiting"; readonly retryInMs: number }
  | { readonly _tag: "closed"; readonly reason: string };

export interface LiveOptions {
  /** `ws://…/api/realtime/ws` */
  readonly url: string;
  readonly workspaceId: string;
  readonly token?: string;
  /** Only what happened after it is told, beginning with what was missed; without one, all from the beginning. */
  readonly after?: string;
  readonly onEvent: (event: EventFrame) => void;
  readonly onState?: (state: LiveState) => void;
  /** The cursor is too old to be served: read the state anew. Events go on after `tailCursor`. */
  readonly onResync?: (tailCursor: string) => void;
  readonly WebSocket?: typeof WebSocket;
}

/** Access ended; to connect again would be refused. */
const ACCESS_ENDED = 1008;

/** A workspace's events over a WebSocket: each once and in order, over lost connections and restarts of the server. */
export class Live {
  readonly #options: LiveOptions;
  #cursor: string | undefined;
  #socket: WebSocket | undefined;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
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

  close(): void {
    this.#end("closed by its owner");
    this.#socket?.close();
  }

  #connect(): void {
    const { url, workspaceId, token } = this.#options;
    this.#tell({ _tag: "connecting" });
    const query = new URLSearchParams({ workspace_id: workspaceId });
    if (this.#cursor !== undefined) query.set("after_cursor", this.#cursor);
    const Socket = this.#options.WebSocket ?? WebSocket;
    const socket = new Socket(`${url}?${query}`, token === undefined ? [] : [`clickclack.bearer.${token}`]);
    this.#socket = socket;
    socket.onopen = () => {
      this.#attempt = 0;
      this.#tell({ _tag: "live" });
    };
    socket.onmessage = ({ data }) => this.#onFrame(JSON.parse(String(data)));
    socket.onclose = ({ code, reason }) => {
      if (code === ACCESS_ENDED) this.#end(reason);
      else this.#lost(socket);
    };
    // Node's WebSocket tells of a handshake that failed by this alone; browsers tell of the close too.
    socket.onerror = () => this.#lost(socket);
  }

  #onFrame(frame: EventFrame | ResyncFrame): void {
    if (this.#closed) return;
    if (frame.type === "resync_required" && "tail_cursor" in frame) {
      this.#cursor = frame.tail_cursor;
      return this.#options.onResync?.(frame.tail_cursor);
    }
    if (!("cursor" in frame)) return;
    // Typing and presence have no place in the log.
    if (frame.cursor !== "") this.#cursor = frame.cursor;
    this.#options.onEvent(frame);
  }

  #lost(socket: WebSocket): void {
    if (this.#closed || this.#socket !== socket) return;
    this.#socket = undefined;
    const retryInMs = backoff(++this.#attempt);
    this.#tell({ _tag: "waiting", retryInMs });
    this.#timer = setTimeout(() => this.#connect(), retryInMs);
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#tell({ _tag: "closed", reason });
  }

  #tell(state: LiveState): void {
    this.#options.onState?.(state);
  }
}
