import { messageIdIn } from "./messageIdIn.ts";
import { now } from "./now.ts";
import { WatchedSocket } from "./WatchedSocket.ts";

export interface CrowdOptions {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** Headers of the upgrades, taken in turn by the sockets; each line with its `\r\n`. */
  readonly headers: ReadonlyArray<string>;
  readonly count: number;
  /** Each how many-th socket takes the time of what arrives. */
  readonly sampleEvery: number;
}

/** When messages arrived, in ms of `now()`, by their ids. */
export type Arrivals = Map<string, Array<number>>;

/**
 * How a crowd stays cheap. A socket that is read as its frames come costs the reader some 10 µs a frame: at 100 messages a
 * second and 1,000 sockets a whole core, which the server on the same machine would lack. So only one in `sampleEvery`
 * is read at once (50 sockets: 5 % of a core); the event loop leaves the others alone and empties them four times a
 * second, a few every 10 ms (another 5 %). What waits in the kernel meanwhile, 25 frames, is far below a receive
 * buffer, so the server's writes cost it the same as those to sockets that are read.
 */
const EMPTY_EVERY_MS = 250;
const STEP_MS = 10;
/** Well within the 60 s after which a server gives a silent client up. */
const PONG_EVERY_MS = 20_000;
/** Upgrades under way at once. */
const LANES = 32;

/** Many WebSockets of one server, of which some take the time of what arrives. */
export class Crowd {
  readonly #options: CrowdOptions;
  readonly #sockets: Array<WatchedSocket> = [];
  readonly #resting: Array<WatchedSocket> = [];
  #arrivals: Arrivals = new Map();
  #timers: ReadonlyArray<NodeJS.Timeout> = [];
  #next = 0;
  readonly #lost: Array<string> = [];

  constructor(options: CrowdOptions) {
    this.#options = options;
  }

  /** Opens all of them. */
  async open(): Promise<void> {
    let opened = 0;
    const lane = async () => {
      while (opened < this.#options.count) await this.#openOne(opened++);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    this.#timers = [
      setInterval(() => this.#emptySome(), STEP_MS),
      setInterval(() => this.#sockets.forEach((socket) => socket.pong()), PONG_EVERY_MS),
    ];
  }

  /** What arrived at the sampled sockets since this was last asked. Throws when the server closed a socket. */
  takeArrivals(): Arrivals {
    if (this.#lost.length > 0)
      throw new Error(`${this.#lost.length} sockets were closed, the first ${this.#lost[0]}`);
    const arrivals = this.#arrivals;
    this.#arrivals = new Map();
    return arrivals;
  }

  /** Closes all of them. */
  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const socket of this.#sockets) socket.close();
  }

  async #openOne(index: number): Promise<void> {
    const { host, port, path, headers, sampleEvery } = this.#options;
    const sampled = index % sampleEvery === Math.floor(sampleEvery / 2);
    const onFrame = sampled ? (payload: Buffer) => this.#take(payload) : undefined;
    const options = { host, port, path, headers: headers[index % headers.length] ?? "", onFrame };
    const socket = await WatchedSocket.open(options, (why) => this.#lost.push(why));
    this.#sockets.push(socket);
    if (!sampled) this.#resting.push(socket);
  }

  #emptySome(): void {
    const some = Math.ceil((this.#resting.length * STEP_MS) / EMPTY_EVERY_MS);
    for (let i = 0; i < some; i++) this.#resting[this.#next++ % this.#resting.length]!.empty();
  }

  #take(payload: Buffer): void {
    const at = now();
    const id = messageIdIn(payload);
    if (id === undefined) return;
    const times = this.#arrivals.get(id);
    if (times) times.push(at);
    else this.#arrivals.set(id, [at]);
  }
}
