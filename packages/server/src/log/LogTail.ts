import type { EventLog } from "@clickclack/eventsourcing/EventLog";
import { LiveFeed, type Subscription } from "@clickclack/eventsourcing/LiveFeed";
import { LogReader } from "@clickclack/eventsourcing/LogReader";
import type { Nats } from "@clickclack/eventsourcing/nats/Nats";
import { type StoredEvent, storedEvents } from "./StoredEvent.ts";

const PAGE = 500;
/** Commits looked at first for the newest events of one workspace among many; doubled until there are enough. */
const FIRST_WINDOW = 1_000;
/** A live message may get lost or be ahead of a replica, so the log is looked at this often without one. */
const LOOK_EVERY_MS = 1_000;

type OnEvent = (event: StoredEvent) => void;

/** The chat log from some place on, of all workspaces or one; it remembers how far it has been read. */
export class LogTail {
  readonly #nats: Nats;
  readonly #log: EventLog;
  readonly #reader: LogReader;
  readonly #workspace: string | undefined;
  /** By partition, the sequence up to which it was read. */
  readonly #read = new Map<number, number>();

  constructor(nats: Nats, log: EventLog, workspace: string | undefined) {
    this.#nats = nats;
    this.#log = log;
    this.#reader = new LogReader(nats, log);
    this.#workspace = workspace;
  }

  /** The events from a stream sequence on; each partition counts its own. */
  async from(seq: number, onEvent: OnEvent): Promise<void> {
    for (const partition of this.#partitions()) this.#read.set(partition, seq - 1);
    await this.#drain(onEvent);
  }

  /** The newest events, oldest first. */
  async last(count: number, onEvent: OnEvent): Promise<void> {
    const tails = await this.#reader.tails();
    const found: Array<{ readonly at: string; readonly event: StoredEvent }> = [];
    for (const partition of this.#partitions()) {
      const tail = tails[partition] ?? 0;
      // Clocks differ a little between nodes; what the log has in order stays in order.
      let at = "";
      for (const event of await this.#newest(partition, tail, count)) {
        if (event.event.at > at) ({ at } = event.event);
        found.push({ at, event });
      }
      this.#read.set(partition, tail);
    }
    found.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    for (const { event } of count === 0 ? [] : found.slice(-count)) onEvent(event);
  }

  /** Whatever comes after what was read, until it is stopped. */
  async follow(onEvent: OnEvent, stop: AbortSignal): Promise<void> {
    // It only wakes: what is shown is read from the log.
    const feed = new LiveFeed(this.#nats, this.#log, (event) => event);
    let wake = (): void => undefined;
    stop.addEventListener("abort", () => wake());
    const live: Array<Subscription> = [];
    for (const partition of this.#partitions()) live.push(await feed.followAll(partition, () => wake()));
    while (!stop.aborted) {
      const woken = new Promise<void>((resume) => {
        const timer = setTimeout(resume, LOOK_EVERY_MS);
        wake = () => {
          clearTimeout(timer);
          resume();
        };
      });
      await this.#drain(onEvent);
      if (!stop.aborted) await woken;
    }
    for (const subscription of live) subscription.stop();
  }

  #partitions(): ReadonlyArray<number> {
    return this.#workspace === undefined
      ? Array.from({ length: this.#log.partitions }, (_, partition) => partition)
      : [this.#log.partition(this.#workspace)];
  }

  #page(partition: number, after: number) {
    const subjects = this.#workspace === undefined ? undefined : this.#log.filter(this.#workspace);
    return this.#reader.page(partition, after, PAGE, subjects);
  }

  async #drain(onEvent: OnEvent): Promise<void> {
    for (const partition of this.#partitions()) {
      for (;;) {
        const page = await this.#page(partition, this.#read.get(partition) ?? 0);
        if (page.length === 0) break;
        for (const message of page) for (const event of storedEvents(partition, message)) onEvent(event);
        this.#read.set(partition, page.at(-1)!.seq);
      }
    }
  }

  /** A log is read forwards only: from further and further back, until there is enough or no more. */
  async #newest(partition: number, tail: number, count: number): Promise<ReadonlyArray<StoredEvent>> {
    for (let window = Math.max(count, FIRST_WINDOW); ; window *= 2) {
      const found: Array<StoredEvent> = [];
      for (let at = Math.max(0, tail - window); at < tail;) {
        const page = (await this.#page(partition, at)).filter(({ seq }) => seq <= tail);
        if (page.length === 0) break;
        found.push(...page.flatMap((message) => storedEvents(partition, message)));
        at = page.at(-1)!.seq;
      }
      if (found.length >= count || window >= tail) return found.slice(-count);
    }
  }
}
