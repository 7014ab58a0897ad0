import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import { WebSocket } from "ws";
import { until } from "./until.ts";

export interface EventSocketOptions {
  readonly workspaceId: string;
  readonly afterCursor?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: ReadonlyArray<string>;
}

/** A client of `/api/realtime/ws` that keeps every frame it got. */
export class EventSocket {
  readonly socket: WebSocket;
  readonly events: Array<EventFrame> = [];
  /** Frames without a place in the log: presence, typing, what one's own devices did. */
  readonly ephemerals: Array<EventFrame> = [];
  /** Frames that are no events: barriers and `resync_required`. */
  readonly others: Array<Record<string, unknown>> = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  #barriers = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data) => {
      const frame = JSON.parse((data as Buffer).toString("utf8")) as Record<string, unknown>;
      if (frame["cursor"] === "") this.ephemerals.push(frame as unknown as EventFrame);
      else if ("cursor" in frame) this.events.push(frame as unknown as EventFrame);
      else this.others.push(frame);
    });
    socket.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString("utf8") };
    });
    // Without a listener an error after the handshake would end the test's process; it shows as the close that follows.
    socket.on("error", () => undefined);
  }

  /** Connects; rejects with the status when the upgrade is refused. `url` is `ws://host:port`. */
  static open(url: string, options: EventSocketOptions): Promise<EventSocket> {
    const query = new URLSearchParams({ workspace_id: options.workspaceId });
    if (options.afterCursor !== undefined) query.set("after_cursor", options.afterCursor);
    const socket = new WebSocket(`${url}/api/realtime/ws?${query}`, [...(options.protocols ?? [])], {
      headers: { ...options.headers },
    });
    // Listens before the handshake ends: the first frames may come with it.
    const client = new EventSocket(socket);
    return new Promise((resolve, reject) => {
      socket.once("open", () => resolve(client));
      socket.once("unexpected-response", (_request, response) => {
        response.resume();
        reject(
          Object.assign(new Error(`upgrade refused: ${response.statusCode}`), {
            status: response.statusCode,
          }),
        );
      });
      socket.once("error", reject);
    });
  }

  get cursor(): string | undefined {
    return this.events.at(-1)?.cursor;
  }

  /** Resolves when everything that was acknowledged before it has arrived here. */
  async barrier(deadlineMs = 10_000): Promise<void> {
    const id = `barrier-${++this.#barriers}`;
    this.socket.send(JSON.stringify({ type: "barrier", id }));
    await until(() => this.others.some((frame) => frame["type"] === "barrier" && frame["id"] === id), {
      what: `${id} on a socket${this.closed ? ` (closed with ${this.closed.code})` : ""}`,
      deadlineMs,
    });
  }

  /** Resolves when the server closed it. */
  async whenClosed(): Promise<{ readonly code: number; readonly reason: string }> {
    return until(() => this.closed, { what: "the socket to be closed" });
  }

  close(): void {
    this.socket.terminate();
  }
}
