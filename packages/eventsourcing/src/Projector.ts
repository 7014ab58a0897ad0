import type { RecordedEvent } from "./Decider.ts";
import type { EventLog } from "./EventLog.ts";
import { type StoredCommit, StoreUnavailable } from "./EventStore.ts";
import { decodeCommit } from "./JetStreamEventStore.ts";
import { liveSubject } from "@clickclack/protocol/nats/Subjects";
import { directBatch } from "./nats/directGet.ts";
import type { Nats } from "./nats/Nats.ts";
import type { Upcaster } from "./Upcaster.ts";

/** Commits in one transaction: enough that its cost is the rows', little enough that readers wait milliseconds. */
const BATCH = 1_000;
/** A live message may get lost, so the log is looked at this often without one. */
const LOOK_EVERY_MS = 500;
/** A replica that answers reads may lag behind the message that woke us. */
const LAG_RETRY_MS = 10;
const RETRY_MIN_MS = 100;
/** Less than a read waits for a projection: once the database is back, no reader is told that it lags behind. */
const RETRY_MAX_MS = 1_000;

/** Where a projector's rows and checkpoint live. */
export interface ProjectionTarget<Event> {
  readonly projection: string;
  /** The stream sequence up to which everything is folded; 0 at the beginning. */
  checkpoint(partition: number): Promise<number>;
  /**
   * Folds commits and moves the checkpoint from `from` to `to` in one transaction. Returns false, with nothing done,
   * when the checkpoint was no longer at `from`: another projector was faster.
   */
  apply(
    partition: number,
    from: number,
    to: number,
    commits: ReadonlyArray<StoredCommit<Event>>,
  ): Promise<boolean>;
}

export interface ProjectorOptions<Event extends RecordedEvent> {
  readonly nats: Nats;
  readonly log: EventLog;
  readonly upcast: Upcaster<Event>;
  readonly target: ProjectionTarget<Event>;
  readonly onProgress: (partition: number, seq: number) => void;
  readonly onFailure: (partition: number, error: unknown) => void;
}

/** Follows one partition of a log and folds it into a target, from its checkpoint on, for ever. */
export class Projector<Event extends RecordedEvent> {
  readonly #options: ProjectorOptions<Event>;
  readonly #partition: number;
  #stopped = false;
  #newestLive = 0;
  #wake: (() => void) | undefined;
  #resting = false;
  #done: Promise<void>;

  constructor(options: ProjectorOptions<Event>, partition: number) {
    this.#options = options;
    this.#partition = partition;
    this.#done = this.#run();
  }

  /** Finishes the batch in hand. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake?.();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { nats, log, onFailure } = this.#options;
    const live = nats.connection.subscribe(liveSubject(log.subjects(this.#partition)), {
      callback: (error, msg) => {
        if (error) return;
        this.#newestLive = Number(msg.headers?.get("Nats-Sequence") ?? 0);
        // A target that is away is not asked again for every message that comes meanwhile.
        if (!this.#resting) this.#wake?.();
      },
    });
    let retry = RETRY_MIN_MS;
    while (!this.#stopped) {
      try {
        await this.#follow();
        retry = RETRY_MIN_MS;
      } catch (error) {
        onFailure(this.#partition, error);
        this.#resting = true;
        if (!this.#stopped) await this.#sleep(retry);
        this.#resting = false;
        retry = Math.min(retry * 2, RETRY_MAX_MS);
      }
    }
    live.unsubscribe();
  }

  async #follow(): Promise<void> {
    const { target, onProgress } = this.#options;
    let at = await target.checkpoint(this.#partition);
    onProgress(this.#partition, at);
    while (!this.#stopped) {
      const commits = await this.#read(at);
      if (commits.length === 0) {
        await this.#sleep(this.#newestLive > at ? LAG_RETRY_MS : LOOK_EVERY_MS);
        continue;
      }
      const to = commits.at(-1)!.seq;
      if (!(await target.apply(this.#partition, at, to, commits))) return;
      at = to;
      onProgress(this.#partition, at);
    }
  }

  async #read(after: number): Promise<ReadonlyArray<StoredCommit<Event>>> {
    const { nats, log, upcast } = this.#options;
    if (!nats.connected) throw new StoreUnavailable("NATS is not connected");
    const messages = await directBatch(
      nats,
      log.stream(this.#partition),
      log.subjects(this.#partition),
      after + 1,
      BATCH,
    );
    return messages.map((message) => ({
      aggregate: log.aggregateOf(message.subject),
      seq: message.seq,
      commit: decodeCommit(message.data, upcast),
    }));
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resume) => {
      const timer = setTimeout(() => this.#wake?.(), ms);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resume();
      };
    });
  }
}
