import type { CommandReply } from "./CommandReply.ts";
import type { CommandEnvelope, Decider, RecordedEvent } from "./Decider.ts";
import type { EventLog } from "./EventLog.ts";
import type { EventStore, Position } from "./EventStore.ts";
import { Mailbox, type MailboxPorts } from "./Mailbox.ts";
import type { Ownership } from "./Ownership.ts";
import type { Snapshots } from "./Snapshots.ts";

/** Aggregates in memory at once; the longest idle ones are let go beyond it. */
const MAX_ACTORS = 10_000;
/** An actor that nobody addressed for this long is let go. */
const IDLE_MS = 10 * 60_000;

export interface ActorHostOptions<State, Command, Event extends RecordedEvent> {
  readonly log: EventLog;
  readonly decider: Decider<State, Command, Event>;
  readonly store: EventStore<Event>;
  readonly snapshots: Snapshots;
  readonly ownership: Ownership;
  readonly readParts?: MailboxPorts<State, Command, Event>["readParts"];
  readonly now?: () => number;
}

/** The actors of one log in this process: one mailbox for each aggregate that was addressed lately. */
export class ActorHost<State, Command, Event extends RecordedEvent> {
  readonly log: EventLog;
  readonly #options: ActorHostOptions<State, Command, Event>;
  readonly #now: () => number;
  readonly #mailboxes = new Map<string, Mailbox<State, Command, Event>>();
  readonly #sweep: NodeJS.Timeout;
  #stopping = false;

  constructor(options: ActorHostOptions<State, Command, Event>) {
    this.log = options.log;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#sweep = setInterval(() => this.#letIdleGo(), IDLE_MS / 10).unref();
  }

  holds(aggregate: string): boolean {
    return !this.#stopping && this.#options.ownership.holds(this.log.name, this.log.partition(aggregate));
  }

  /** Carries a command out, once; `bytes` is its size on the wire. Never throws. */
  submit(envelope: CommandEnvelope<Command>, bytes: number): Promise<CommandReply<Event>> {
    // Also of a host that is stopping: whoever takes its partitions over will carry it out.
    if (!this.holds(envelope.aggregate)) return Promise.resolve({ _tag: "NotOwner" });
    return this.#mailbox(envelope.aggregate).submit(envelope, bytes);
  }

  /** The aggregate's newest stored position. Throws StoreUnavailable. */
  async position(aggregate: string): Promise<Position> {
    return this.#mailboxes.get(aggregate)?.position ?? (await this.#options.store.position(aggregate));
  }

  /**
   * Call when the lease on a partition was lost: what these mailboxes know may be outdated when it comes back, so the
   * next command or question finds new ones. Commands under way end by themselves; the fence judges them.
   */
  release(partition: number): void {
    for (const aggregate of this.#mailboxes.keys()) {
      if (this.log.partition(aggregate) === partition) this.#mailboxes.delete(aggregate);
    }
  }

  /** Takes no more commands and waits, bounded by the mailboxes' own deadlines, for those it has taken. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#sweep);
    await Promise.all([...this.#mailboxes.values()].map((mailbox) => mailbox.drained()));
  }

  #mailbox(aggregate: string): Mailbox<State, Command, Event> {
    const known = this.#mailboxes.get(aggregate);
    if (known) return known;
    if (this.#mailboxes.size >= MAX_ACTORS) this.#letGo(MAX_ACTORS / 10);
    const { decider, store, snapshots, readParts } = this.#options;
    const mailbox = new Mailbox<State, Command, Event>(aggregate, {
      decider,
      store,
      snapshots,
      ...(readParts && { readParts }),
      owns: () => this.#options.ownership.holds(this.log.name, this.log.partition(aggregate)),
      now: this.#now,
    });
    this.#mailboxes.set(aggregate, mailbox);
    return mailbox;
  }

  #letIdleGo(): void {
    const limit = this.#now() - IDLE_MS;
    for (const [id, mailbox] of this.#mailboxes) {
      if (mailbox.idle && mailbox.lastUsed < limit) this.#mailboxes.delete(id);
    }
  }

  #letGo(count: number): void {
    const idle = [...this.#mailboxes].filter(([, mailbox]) => mailbox.idle);
    idle.sort(([, a], [, b]) => a.lastUsed - b.lastUsed);
    for (const [id] of idle.slice(0, count)) this.#mailboxes.delete(id);
  }
}
