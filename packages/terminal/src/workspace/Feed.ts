import type { EventFrame } from "@clickclack/protocol/realtime/Frames";

/** Events that wait to be told; with more, what is there is read anew instead. As many as a server replays at the most. */
const MAX_WAITING = 5_000;

type Entry = { readonly event: EventFrame } | { readonly step: () => Promise<void> };

export interface FeedOptions {
  readonly onEvent: (event: EventFrame) => Promise<void>;
  /** More events came than are kept; they were dropped. */
  readonly onOverflow: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

/** What happened, told one after the other however long each takes. */
export class Feed {
  readonly #options: FeedOptions;
  #entries: Array<Entry> = [];
  #running = false;
  #events = 0;
  #closed = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  push(event: EventFrame): void {
    if (this.#events >= MAX_WAITING) {
      this.#entries = this.#entries.filter((entry) => "step" in entry);
      this.#events = 0;
      this.afterwards(this.#options.onOverflow);
    }
    this.#events++;
    this.#add({ event });
  }

  /** Does something once what came before it was told. */
  afterwards(step: () => Promise<void>): void {
    this.#add({ step });
  }

  /** How many of the events that wait are like this, from the next one on. */
  upcoming(like: (event: EventFrame) => boolean): number {
    return this.#entries.filter((entry) => "event" in entry && like(entry.event)).length;
  }

  /** Resolves when everything that came until now was told. */
  async idle(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#closed) return;
    this.afterwards(async () => resolve());
    await promise;
  }

  /** What waits is dropped, but for those who wait for it. */
  close(): void {
    this.#closed = true;
    this.#entries = this.#entries.filter((entry) => "step" in entry);
  }

  #add(entry: Entry): void {
    if (this.#closed && "event" in entry) return;
    this.#entries.push(entry);
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    // What was pushed is told after whoever pushed it is done.
    await Promise.resolve();
    for (let entry = this.#entries.shift(); entry; entry = this.#entries.shift()) {
      if ("event" in entry) this.#events--;
      try {
        await ("event" in entry ? this.#options.onEvent(entry.event) : entry.step());
      } catch (error) {
        this.#options.onFailure(error);
      }
    }
    this.#running = false;
  }
}
