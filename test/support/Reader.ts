import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import { EventSocket } from "./EventSocket.ts";
import { until } from "./until.ts";
import { versionOf } from "./versionOf.ts";

export interface ReaderOptions {
  readonly workspaceId: string;
  /** `ws://host:port` of each node; connections are made to them in turn. */
  readonly nodes: ReadonlyArray<string>;
  /** Drops its connection and goes on elsewhere this often, in ms. */
  readonly moveEveryMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const TRY_AGAIN_AFTER_MS = 25;

/** A client that stays connected, by its cursor and to whichever node answers, and checks the order of what it gets. */
export class Reader {
  readonly events: Array<EventFrame> = [];
  /** Close codes that it got, and how often. */
  readonly closes = new Map<number, number>();
  /** What was wrong with what it got; empty at the end of a good test. */
  readonly faults: Array<string> = [];
  readonly #options: ReaderOptions;
  readonly #lastSeq = new Map<string, number>();
  #version = 0;
  #connections = 0;
  #socket: EventSocket | undefined;
  #stopped = false;

  private constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** Resolves when it is connected for the first time; it reads the workspace from the beginning. */
  static async start(options: ReaderOptions): Promise<Reader> {
    const reader = new Reader(options);
    void reader.#run();
    await until(() => reader.#socket, { what: "a reader to be connected" });
    return reader;
  }

  get cursor(): string | undefined {
    return this.events.at(-1)?.cursor;
  }

  /** Connections made so far. */
  get connections(): number {
    return this.#connections;
  }

  /** Resolves when it has everything that was acknowledged before, over as many connections as that takes. */
  async caughtUp(deadlineMs = 30_000): Promise<void> {
    const answered = async () => {
      await this.#socket!.barrier(1_000);
      return true;
    };
    await until(answered, {
      what: `a reader to catch up (closes: ${[...this.closes].join(" ")})`,
      deadlineMs,
    });
    this.#absorb();
  }

  stop(): void {
    this.#stopped = true;
    this.#socket?.close();
  }

  async #run(): Promise<void> {
    const { nodes, workspaceId, headers, moveEveryMs } = this.#options;
    const cursor = () => (this.cursor === undefined ? {} : { afterCursor: this.cursor });
    while (!this.#stopped) {
      const url = nodes[this.#connections++ % nodes.length]!;
      const socket = await EventSocket.open(url, {
        workspaceId,
        ...cursor(),
        ...(headers && { headers }),
      }).catch(() => undefined);
      if (socket) await this.#follow(socket, moveEveryMs);
      else await new Promise((resume) => setTimeout(resume, TRY_AGAIN_AFTER_MS));
    }
  }

  async #follow(socket: EventSocket, moveEveryMs: number | undefined): Promise<void> {
    let taken = 0;
    this.#absorb = () => {
      for (; taken < socket.events.length; taken++) this.#take(socket.events[taken]!);
    };
    const closed = new Promise((done) => socket.socket.once("close", done));
    if (this.#stopped) socket.close();
    this.#socket = socket;
    this.#absorb();
    socket.socket.on("message", () => this.#absorb());
    const move = moveEveryMs === undefined ? undefined : setTimeout(() => socket.close(), moveEveryMs);
    await closed;
    clearTimeout(move);
    this.#absorb();
    const code = socket.closed?.code ?? 0;
    this.closes.set(code, (this.closes.get(code) ?? 0) + 1);
    if (code === 4001) this.faults.push(`resync: ${JSON.stringify(socket.others)}`);
  }

  #absorb: () => void = () => undefined;

  #take(event: EventFrame): void {
    const version = versionOf(event.cursor);
    if (version <= this.#version) this.faults.push(`version ${version} after ${this.#version}`);
    this.#version = version;
    if (event.type === "message.created") this.#checkSeq(event);
    this.events.push(event);
  }

  #checkSeq({ channel_id: channel, seq }: EventFrame): void {
    const expected = (this.#lastSeq.get(channel!) ?? 0) + 1;
    if (seq !== expected) this.faults.push(`${channel}: seq ${seq} where ${expected} was to come`);
    this.#lastSeq.set(channel!, seq!);
  }
}
