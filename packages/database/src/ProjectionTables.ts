import { sql } from "kysely";
import { type Db, withDatabase } from "./Database.ts";
import { Generations, type Purpose, schemaOf } from "./Generations.ts";
import type { Projection } from "./ReadModel.ts";

interface Commit<Event> {
  readonly seq: number;
  readonly commit: { readonly events: ReadonlyArray<Event> };
}

/** How long a swap waits for those who read right now. Below Postgres's deadlock_timeout, so that none of them is its victim. */
const SWAP_LOCK_TIMEOUT = "250ms";
/** SQLSTATE of a lock that was not free in time. */
const LOCK_NOT_AVAILABLE = "55P03";

/** Brings tables up to these checkpoints, by partition. */
type CatchUp = (checkpoints: ReadonlyMap<number, number>) => Promise<void>;

/** What live tables held at one moment. */
export interface LiveState {
  /** By partition, the stream sequence up to which everything was folded. */
  readonly checkpoints: ReadonlyMap<number, number>;
  readonly checksums: Readonly<Record<string, string>>;
}

/**
 * One projection's tables in one generation, and their checkpoints. Readers use the views of the schema that bears the
 * projection's name; those show the live generation and are swapped in one transaction.
 */
export class ProjectionTables<Event> {
  readonly projection: string;
  readonly generation: number;
  readonly #db: Db;
  readonly #definition: Projection<Event>;
  /** Tables beside the live ones are written by their maker alone; live ones only as long as they are live. */
  readonly #beside: boolean;

  private constructor(db: Db, definition: Projection<Event>, generation: number, beside = false) {
    this.#db = db;
    this.#definition = definition;
    this.projection = definition.name;
    this.generation = generation;
    this.#beside = beside;
  }

  /** Makes tables, live at once, if there are none at all. Returns the format of the live ones, whichever it is. */
  static prepare<Event>(db: Db, definition: Projection<Event>): Promise<number> {
    return withDatabase(() =>
      db.transaction().execute(async (trx) => {
        const generations = new Generations(trx, definition.name);
        await generations.lock();
        const live = await generations.live();
        if (live) return live.format;
        await generations.makeLive(definition, await generations.create(definition, "readers"));
        return definition.format;
      }),
    );
  }

  /** The live tables, made now if there are none. Throws OtherFormat. */
  static async open<Event>(db: Db, definition: Projection<Event>): Promise<ProjectionTables<Event>> {
    await ProjectionTables.prepare(db, definition);
    return ProjectionTables.live(db, definition);
  }

  /** The live tables as they are. Throws OtherFormat. */
  static live<Event>(db: Db, definition: Projection<Event>): Promise<ProjectionTables<Event>> {
    return withDatabase(async () => {
      const generation = await new Generations(db, definition.name).requireLive(definition.format);
      return new ProjectionTables(db, definition, generation);
    });
  }

  /** Checkpoints and checksums of the live tables as of one moment, while they go on. */
  static liveState<Event>(db: Db, definition: Projection<Event>): Promise<LiveState> {
    return withDatabase(() =>
      db
        .transaction()
        .setIsolationLevel("repeatable read")
        .setAccessMode("read only")
        .execute(async (trx) => {
          const generation = await new Generations(trx, definition.name).requireLive(definition.format);
          const live = new ProjectionTables(trx, definition, generation);
          const checkpoints = await live.#checkpointsOf(trx, generation);
          return { checkpoints, checksums: await live.checksums() };
        }),
    );
  }

  /** New, empty tables beside the live ones. */
  static beside<Event>(
    db: Db,
    definition: Projection<Event>,
    purpose: Exclude<Purpose, "readers"> = "rebuild",
  ): Promise<ProjectionTables<Event>> {
    return withDatabase(() =>
      db.transaction().execute(async (trx) => {
        const generations = new Generations(trx, definition.name);
        await generations.lock();
        return new ProjectionTables(db, definition, await generations.create(definition, purpose), true);
      }),
    );
  }

  /** Drops all generations of a projection but the live one. */
  static dropAbandoned(db: Db, projection: string): Promise<void> {
    return withDatabase(() =>
      db.transaction().execute(async (trx) => {
        const generations = new Generations(trx, projection);
        await generations.lock();
        await generations.dropAllButLive();
      }),
    );
  }

  get schema(): string {
    return schemaOf(this.projection, this.generation);
  }

  /** The stream sequence up to which everything is folded; 0 at the beginning. */
  checkpoint(partition: number): Promise<number> {
    return withDatabase(async () => {
      const mine = this.#checkpoints(this.#db, this.generation).where("partition", "=", partition);
      const row = await mine.select("seq").executeTakeFirst();
      return row ? Number(row.seq) : 0;
    });
  }

  /**
   * Folds commits and moves the checkpoint in one transaction; false, with nothing done, when it was not at `from`, or
   * when other tables are live meanwhile.
   */
  apply(
    partition: number,
    from: number,
    to: number,
    commits: ReadonlyArray<Commit<Event>>,
  ): Promise<boolean> {
    return withDatabase(() =>
      this.#db.transaction().execute(async (trx) => {
        // Whoever swaps waits for us, and we for them: what is folded here is never left behind.
        if (this.#beside) await commitWithoutWaiting(trx);
        else await new Generations(trx, this.projection).lockShared();
        if (!(await this.#move(trx, partition, from, to))) return false;
        for (const readModel of this.#definition.readModels) {
          const changes = readModel.changes();
          for (const { seq, commit } of commits) for (const event of commit.events) changes.fold(event, seq);
          await changes.write(trx, this.schema);
        }
        return true;
      }),
    );
  }

  /** A hash over each table's rows in a fixed order, by table name: equal tables have equal hashes. */
  checksums(): Promise<Readonly<Record<string, string>>> {
    return withDatabase(async () => {
      const sums: Record<string, string> = {};
      for (const { tables } of this.#definition.readModels) {
        for (const [table, order] of Object.entries(tables)) sums[table] = await this.#checksum(table, order);
      }
      return sums;
    });
  }

  /**
   * Shows these tables to the readers and drops those that were live before. When the live ones hold more by now,
   * `catchUp` gets their checkpoints, with nobody folding into them until it is done. False, with nothing shown, when
   * these hold less even then, or when readers kept them busy: then catch up and try again.
   */
  swapIn(catchUp: CatchUp = async () => undefined): Promise<boolean> {
    return withDatabase(async () => {
      try {
        return await this.#db.transaction().execute((trx) => this.#swap(trx, catchUp));
      } catch (error) {
        if ((error as { readonly code?: unknown }).code === LOCK_NOT_AVAILABLE) return false;
        throw error;
      }
    });
  }

  drop(): Promise<void> {
    return withDatabase(() =>
      this.#db.transaction().execute((trx) => new Generations(trx, this.projection).drop(this.generation)),
    );
  }

  async #swap(trx: Db, catchUp: CatchUp): Promise<boolean> {
    const generations = new Generations(trx, this.projection);
    await generations.lock();
    const live = await generations.live();
    if (live?.generation === this.generation) return true;
    if (!(await generations.stands(this.generation))) throw new Error(`${this.schema} was dropped`);
    if (live && (await this.#isBehind(trx, live.generation))) {
      await catchUp(await this.#checkpointsOf(trx, live.generation));
      if (await this.#isBehind(trx, live.generation)) return false;
    }
    await sql`select set_config('lock_timeout', ${SWAP_LOCK_TIMEOUT}, true)`.execute(trx);
    await generations.lockViews();
    await generations.makeLive(this.#definition, this.generation);
    if (live) await generations.drop(live.generation);
    return true;
  }

  /** Whether another generation has folded more of some partition. */
  async #isBehind(trx: Db, generation: number): Promise<boolean> {
    const { projection } = this;
    const ahead = await sql`select from clickclack.checkpoints theirs
      left join clickclack.checkpoints mine on mine.projection = theirs.projection
        and mine.partition = theirs.partition and mine.generation = ${this.generation}
      where theirs.projection = ${projection} and theirs.generation = ${generation}
        and theirs.seq > coalesce(mine.seq, 0) limit 1`.execute(trx);
    return ahead.rows.length > 0;
  }

  /** Where the statement that moves a checkpoint stands still because the tables are no longer live. */
  get #mayWrite() {
    const { projection, generation } = this;
    return this.#beside
      ? sql<boolean>`true`
      : sql<boolean>`exists (select from clickclack.projections p
          where p.name = ${projection} and p.generation = ${generation})`;
  }

  async #move(trx: Db, partition: number, from: number, to: number): Promise<boolean> {
    const { projection, generation } = this;
    const moved =
      from === 0
        ? sql`insert into clickclack.checkpoints (projection, generation, partition, seq)
            select ${projection}, ${generation}::int, ${partition}::int, ${to}::bigint where ${this.#mayWrite}
            on conflict do nothing`
        : sql`update clickclack.checkpoints set seq = ${to} where projection = ${projection}
            and generation = ${generation} and partition = ${partition} and seq = ${from} and ${this.#mayWrite}`;
    return (await moved.execute(trx)).numAffectedRows === 1n;
  }

  #checkpoints(db: Db, generation: number) {
    return db
      .selectFrom("clickclack.checkpoints")
      .where("projection", "=", this.projection)
      .where("generation", "=", generation);
  }

  async #checkpointsOf(db: Db, generation: number): Promise<ReadonlyMap<number, number>> {
    const rows = await this.#checkpoints(db, generation).select(["partition", "seq"]).execute();
    return new Map(rows.map((row) => [row["partition"] as number, Number(row["seq"])]));
  }

  async #checksum(table: string, order: ReadonlyArray<string>): Promise<string> {
    const keys = sql.join(order.map((column) => sql.ref(column)));
    const rows = sql`select md5(t::text) as h from ${sql.table(`${this.schema}.${table}`)} t order by ${keys}`;
    const result = await sql<{
      sum: string;
    }>`select md5(coalesce(string_agg(h, ''), '')) as sum from (${rows}) r`.execute(this.#db);
    return result.rows[0]!.sum;
  }
}

/** Tables that nobody reads yet need not be on disk before the next batch; the commit that shows them is, and they with it. */
const commitWithoutWaiting = async (trx: Db): Promise<void> => {
  await sql`set local synchronous_commit = off`.execute(trx);
};
