import { type Aggregate, loadAggregate } from "@clickclack/eventsourcing/Aggregate";
import { type EventStore, type StoredCommit, StoreUnavailable } from "@clickclack/eventsourcing/EventStore";
import type { LiveFeed, Subscription } from "@clickclack/eventsourcing/LiveFeed";
import type { Snapshots } from "@clickclack/eventsourcing/Snapshots";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { WorkspaceDecider } from "@clickclack/workspace/WorkspaceDecider";
import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import { EventRing, type RingEntry } from "./EventRing.ts";

/** Commits read at a time when live ones were missed. */
const PAGE = 500;
/** How long a reader waits for the live feed before the log is read instead, and then for the log. */
const LIVE_WAIT_MS = 50;
const REACH_TIMEOUT_MS = 3_000;
/** How often events that are missing are tried to be read: while the log is away, and while a replica of it lags. */
const RECOVER_AGAIN_MS = 250;
const LAG_MS = 10;

export interface ReplicaPorts {
  readonly store: EventStore<WorkspaceEvent>;
  readonly snapshots: Snapshots;
  readonly feed: LiveFeed<WorkspaceEvent>;
  /** Told of every event in order, after it was folded. */
  readonly onEvent: (replica: WorkspaceReplica, entry: RingEntry) => void;
}

/** One workspace as a gateway knows it: who may see what, folded from the same events that are fanned out, and the newest of those. */
export class WorkspaceReplica {
  readonly id: string;
  readonly ring = new EventRing();
  lastUsed = Date.now();
  readonly #ports: ReplicaPorts;
  #aggregate!: Aggregate<WorkspaceState>;
  #live: Subscription | undefined;
  #early: Array<StoredCommit<WorkspaceEvent>> | undefined = [];
  #recovery: Promise<void> | undefined;
  /** The newest version that the live feed told of; the state may hold less while it is catching up. */
  #toldOf = 0;
  #catchingUp = false;
  #closed = false;
  readonly #waiters = new Set<{ readonly version: number; readonly resume: () => void }>();

  private constructor(id: string, ports: ReplicaPorts) {
    this.id = id;
    this.#ports = ports;
  }

  /** Follows the workspace first and loads it then, so that nothing falls between. Throws StoreUnavailable. */
  static async open(id: string, ports: ReplicaPorts): Promise<WorkspaceReplica> {
    const replica = new WorkspaceReplica(id, ports);
    replica.#live = await ports.feed.follow(id, (commit) => replica.#onLive(commit));
    try {
      // What is read on the way is what clients that come back now have missed.
      const keep = ({ commit, seq }: StoredCommit<WorkspaceEvent>) => {
        for (const event of commit.events) replica.ring.push({ event, seq });
      };
      replica.#aggregate = await loadAggregate(WorkspaceDecider, ports.store, ports.snapshots, id, keep);
    } catch (error) {
      replica.close();
      throw error;
    }
    const early = replica.#early!;
    replica.#early = undefined;
    for (const commit of early) replica.#onLive(commit);
    return replica;
  }

  get state(): WorkspaceState {
    return this.#aggregate.state;
  }

  get version(): number {
    return this.#aggregate.version;
  }

  /** Stream sequence of the newest commit. */
  get seq(): number {
    return this.#aggregate.seq;
  }

  close(): void {
    this.#closed = true;
    this.#live?.stop();
  }

  /** Resolves once the state holds this version. Throws StoreUnavailable when that takes too long. */
  async reach(version: number): Promise<void> {
    if (this.version >= version) return;
    if (await this.#arrives(version, LIVE_WAIT_MS)) return;
    const deadline = Date.now() + REACH_TIMEOUT_MS;
    while (this.version < version) {
      if (Date.now() > deadline)
        throw new StoreUnavailable("the workspace's newest events cannot be read right now");
      await this.recover();
      if (await this.#arrives(version, LIVE_WAIT_MS)) return;
    }
  }

  /** Reads what may have been missed while the connection was lost, as often as it takes. */
  async catchUp(): Promise<void> {
    if (this.#catchingUp) return;
    this.#catchingUp = true;
    while (!this.#closed) {
      const read = await this.recover().then(
        () => true,
        () => false,
      );
      // A commit that came while the log was being read may be in neither: it is read again.
      if (read && this.version >= this.#toldOf) break;
      await new Promise((resume) => setTimeout(resume, read ? LAG_MS : RECOVER_AGAIN_MS).unref());
    }
    this.#catchingUp = false;
  }

  /** Reads whatever was stored beyond what is known. Throws StoreUnavailable. */
  recover(): Promise<void> {
    this.#recovery ??= this.#readMissing().finally(() => {
      this.#recovery = undefined;
    });
    return this.#recovery;
  }

  #onLive(stored: StoredCommit<WorkspaceEvent>): void {
    if (this.#early) return void this.#early.push(stored);
    const first = stored.commit.events[0]!.version;
    this.#toldOf = Math.max(this.#toldOf, stored.commit.events.at(-1)!.version);
    // What was missed is read from the log, and this commit with it.
    if (first > this.version + 1) void this.catchUp();
    else this.#fold(stored);
  }

  #fold(stored: StoredCommit<WorkspaceEvent>): void {
    const aggregate = this.#aggregate;
    for (const event of stored.commit.events) {
      if (event.version !== aggregate.version + 1) continue;
      aggregate.state = WorkspaceDecider.evolve(aggregate.state, event);
      aggregate.version = event.version;
      aggregate.seq = stored.seq;
      const entry = { event, seq: stored.seq };
      this.ring.push(entry);
      this.#ports.onEvent(this, entry);
    }
    for (const waiter of this.#waiters) if (waiter.version <= this.version) waiter.resume();
  }

  async #readMissing(): Promise<void> {
    for (;;) {
      const commits = await this.#ports.store.read(this.id, this.seq, PAGE);
      for (const stored of commits) this.#fold(stored);
      if (commits.length < PAGE) return;
    }
  }

  #arrives(version: number, withinMs: number): Promise<boolean> {
    if (this.version >= version) return Promise.resolve(true);
    return new Promise((resolve) => {
      const finish = (arrived: boolean) => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        resolve(arrived);
      };
      const timer = setTimeout(() => finish(false), withinMs);
      const waiter = { version, resume: () => finish(true) };
      this.#waiters.add(waiter);
    });
  }
}
