import { type Db, openDatabase, withDatabase } from "@clickclack/database/Database";
import { Generations } from "@clickclack/database/Generations";
import { maintainProjection, ProjectionBusy } from "@clickclack/database/maintainProjection";
import { LogReader } from "@clickclack/eventsourcing/LogReader";
import type { Nats } from "@clickclack/eventsourcing/nats/Nats";
import { setTimeout } from "node:timers/promises";
import type { Logger } from "pino";
import type { ProjectionSource } from "./projectionSources.ts";
import { replaceTables } from "./replaceTables.ts";

/** The lock, the swap, and two partitions that are folded at once. */
const CONNECTIONS = 4;
/** Statements of a rebuild may take long, but a server that is gone must not hold it for ever. */
const STATEMENT_MS = 600_000;
/** How often a process whose turn it is not looks whether it is, or whether the work is done. */
const LOOK_EVERY_MS = 1_000;
/** A rebuild that failed begins anew, later and later, as it costs the database something. */
const RETRY_MAX_MS = 30_000;
const TELL_EVERY_MS = 5_000;

export interface ProjectionUpgradeOptions {
  readonly nats: Nats;
  readonly dbUrl: string;
  readonly source: ProjectionSource;
  readonly log: Logger;
}

/**
 * Sees to it that a projection's live tables get this program's format, if they have an older one: new ones are built
 * beside them by one process at a time, and swapped in. It ends with that; tables that somebody puts back later, or that
 * are newer from the start, it leaves alone, so that two programs never take turns.
 */
export class ProjectionUpgrade {
  readonly #options: ProjectionUpgradeOptions;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  #waiting = false;

  /** `live`: the format of the live tables. */
  constructor(options: ProjectionUpgradeOptions, live: number) {
    this.#options = options;
    this.#done = this.#run(live);
  }

  /** Ends after the transaction in hand; what was not swapped in is dropped. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error("the process stops"));
    await this.#done;
  }

  async #run(live: number): Promise<void> {
    const { dbUrl, log } = this.#options;
    const { name, format } = this.#options.source.definition;
    const about = { projection: name, format, live };
    if (live > format)
      log.warn(
        about,
        "the tables are of a newer version of the program; reads answer 503. To go back for good:  clickclack projections rebuild " +
          name,
      );
    if (live >= format) return;
    log.info(about, "the tables are of an older version of the program; new ones are built beside them");
    const { db, close } = openDatabase(dbUrl, { poolSize: CONNECTIONS, statementTimeoutMs: STATEMENT_MS });
    let retry = LOOK_EVERY_MS;
    while (!this.#stopping.signal.aborted) {
      try {
        if (await this.#attempt(db)) break;
        retry = LOOK_EVERY_MS;
      } catch (error) {
        if (this.#stopping.signal.aborted) break;
        log.warn({ projection: name, err: error }, "building new tables failed; beginning anew");
        retry = Math.min(retry * 2, RETRY_MAX_MS);
      }
      await this.#pause(retry);
    }
    await close();
  }

  /** Whether the work is done, by this process or another. */
  async #attempt(db: Db): Promise<boolean> {
    const { name } = this.#options.source.definition;
    try {
      await maintainProjection(db, name, async () => {
        if (!(await this.#isDone(db))) await this.#build(db);
      });
    } catch (error) {
      if (!(error instanceof ProjectionBusy)) throw error;
      if (!this.#waiting)
        this.#options.log.info({ projection: name }, "another process builds or verifies tables; waiting");
      this.#waiting = true;
    }
    return this.#isDone(db);
  }

  async #build(db: Db): Promise<void> {
    const { nats, source, log } = this.#options;
    const started = performance.now();
    const { name, generation, commits } = await replaceTables(nats, db, source, {
      attempts: Infinity,
      signal: this.#stopping.signal,
      onProgress: await this.#tellProgress(),
    });
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    log.info({ projection: name, generation, commits, seconds }, "the new tables are live");
  }

  async #isDone(db: Db): Promise<boolean> {
    const { name, format } = this.#options.source.definition;
    const live = await withDatabase(() => new Generations(db, name).live());
    return live !== undefined && live.format >= format;
  }

  async #tellProgress(): Promise<(partition: number, seq: number) => void> {
    const { nats, source, log } = this.#options;
    const { name } = source.definition;
    const tails = await new LogReader(nats, source.log).tails();
    const tail = tails.reduce((sum, seq) => sum + seq, 0);
    const folded = new Map<number, number>();
    let told = performance.now();
    return (partition, seq) => {
      folded.set(partition, seq);
      if (performance.now() - told < TELL_EVERY_MS) return;
      told = performance.now();
      const sum = [...folded.values()].reduce((total, one) => total + one, 0);
      log.info({ projection: name, folded: sum, tail: Math.max(tail, sum) }, "building new tables");
    };
  }

  async #pause(ms: number): Promise<void> {
    await setTimeout(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
