import { sql } from "kysely";
import { type Db, withDatabase } from "./Database.ts";
import type { Projection } from "./ReadModel.ts";

interface Commit<Event> {
  readonly seq: number;
  readonly commit: { readonly events: ReadonlyArray<Event> };
}

/** Where generation `n` of a projection's tables lies. */
export const schemaOf = (projection: string, generation: number): string => `rm_${projection}_${generation}`;

/** How long a swap waits for those who read right now. Below Postgres's deadlock_timeout, so that none of them is its victim. */
const SWAP_LOCK_TIMEOUT = "250ms";
/** SQLSTATE of a lock that was not free in time. */
const LOCK_NOT_AVAILABLE = "55P03";

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

  /** The live tables, made now if there are none or if their format is an older one. */
  static open<Event>(db: Db, definition: Projection<Event>): Promise<ProjectionTables<Event>> {
    return withDatabase(() =>
      db.transaction().execute(async (trx) => {
        await lock(trx, definition.name);
        const live = await liveGeneration(trx, definition.name);
        if (live?.format === definition.format) return new ProjectionTables(db, definition, live.generation);
        const next = await createTables(trx, definition, (await highestGeneration(trx, definition.name)) + 1);
        await makeLive(trx, definition, next);
        return new ProjectionTables(db, definition, next);
      }),
    );
  }

  /** The live tables as they are. Throws when there are none of this definition's format. */
  static live<Event>(db: Db, definition: Projection<Event>): Promise<ProjectionTables<Event>> {
    return withDatabase(async () => new ProjectionTables(db, definition, await requireLive(db, definition)));
  }

  /** Checkpoints and checksums of the live tables as of one moment, while they go on. */
  static liveState<Event>(db: Db, definition: Projection<Event>): Promise<LiveState> {
    return withDatabase(() =>
      db
        .transaction()
        .setIsolationLevel("repeatable read")
        .setAccessMode("read only")
        .execute(async (trx) => {
          const live = new ProjectionTables(trx, definition, await requireLive(trx, definition));
          const rows = await live.#allCheckpoints(trx).select(["partition", "seq"]).execute();
          const checkpoints = new Map(rows.map((row) => [row["partition"] as number, Number(row["seq"])]));
          return { checkpoints, checksums: await live.checksums() };
        }),
    );
  }

  /** New, empty tables beside the live ones. */
  static beside<Event>(db: Db, definition: Projection<Event>): Promise<ProjectionTables<Event>> {
    return withDatabase(() =>
      db.transaction().execute(async (trx) => {
        await lock(trx, definition.name);
        const highest = await highestGeneration(trx, definition.name);
        const next = await createTables(trx, definition, highest + 1);
        return new ProjectionTables(db, definition, next, true);
      }),
    );
  }

  /** Drops all generations of a projection but the live one. */
  static dropAbandoned(db: Db, projection: string): Promise<void> {
    return withDatabase(() =>
      db.transaction().execute(async (trx) => {
        await lock(trx, projection);
        const live = await liveGeneration(trx, projection);
        for (const generation of await generations(trx, projection)) {
          if (generation !== live?.generation) await dropTables(trx, projection, generation);
        }
      }),
    );
  }

  get schema(): string {
    return schemaOf(this.projection, this.generation);
  }

  /** The stream sequence up to which everything is folded; 0 at the beginning. */
  checkpoint(partition: number): Promise<number> {
    return withDatabase(async () => {
      const mine = this.#allCheckpoints(this.#db).where("partition", "=", partition);
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
        if (!this.#beside) await shareLock(trx, this.projection);
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
   * Shows these tables to the readers and drops those that were live before. False, with nothing done, when the live
   * ones hold more by now, or when readers kept them busy: then catch up and try again.
   */
  swapIn(): Promise<boolean> {
    return withDatabase(async () => {
      try {
        return await this.#db.transaction().execute((trx) => this.#swap(trx));
      } catch (error) {
        if ((error as { readonly code?: unknown }).code === LOCK_NOT_AVAILABLE) return false;
        throw error;
      }
    });
  }

  drop(): Promise<void> {
    return withDatabase(() =>
      this.#db.transaction().execute((trx) => dropTables(trx, this.projection, this.generation)),
    );
  }

  async #swap(trx: Db): Promise<boolean> {
    await lock(trx, this.projection);
    const live = await liveGeneration(trx, this.projection);
    if (live?.generation === this.generation) return true;
    if (live && (await this.#isBehind(trx, live.generation))) return false;
    await sql`select set_config('lock_timeout', ${SWAP_LOCK_TIMEOUT}, true)`.execute(trx);
    await lockViews(trx, this.projection);
    await makeLive(trx, this.#definition, this.generation);
    if (live) await dropTables(trx, this.projection, live.generation);
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

  #allCheckpoints(db: Db) {
    return db
      .selectFrom("clickclack.checkpoints")
      .where("projection", "=", this.projection)
      .where("generation", "=", this.generation);
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

/** One process at a time changes which tables a projection has, and none folds into the live ones meanwhile. */
const lock = async (trx: Db, projection: string): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtext(${`clickclack:${projection}`}))`.execute(trx);
};

/** Held while folding. An advisory lock keeps its queue in order, so that folding all the time does not starve a swap. */
const shareLock = async (trx: Db, projection: string): Promise<void> => {
  await sql`select pg_advisory_xact_lock_shared(hashtext(${`clickclack:${projection}`}))`.execute(trx);
};

/** Takes the views and the tables behind them at once, from whoever reads them. */
const lockViews = async (trx: Db, projection: string): Promise<void> => {
  const views = await sql<{ viewname: string }>`select viewname from pg_views
    where schemaname = ${projection} order by viewname`.execute(trx);
  if (views.rows.length === 0) return;
  const names = sql.join(views.rows.map(({ viewname }) => sql.id(projection, viewname)));
  await sql`lock table ${names} in access exclusive mode`.execute(trx);
};

/** The live generation of a definition's format. */
const requireLive = async <Event>(db: Db, { name, format }: Projection<Event>): Promise<number> => {
  const live = await liveGeneration(db, name);
  if (live?.format === format) return live.generation;
  throw new Error(
    live
      ? `the tables of the ${name} projection have format ${live.format}; this program knows ${format}`
      : `there are no tables of the ${name} projection yet`,
  );
};

const liveGeneration = (trx: Db, name: string): Promise<{ generation: number; format: number } | undefined> =>
  trx
    .selectFrom("clickclack.projections")
    .select(["generation", "format"])
    .where("name", "=", name)
    .executeTakeFirst();

const generations = async (trx: Db, name: string): Promise<ReadonlyArray<number>> => {
  const prefix = `rm_${name}_`;
  const found = await sql<{
    n: number;
  }>`select substr(nspname, ${prefix.length + 1})::int as n from pg_namespace
    where nspname ~ ${`^${prefix}[0-9]+$`}`.execute(trx);
  return found.rows.map(({ n }) => n);
};

const highestGeneration = async (trx: Db, name: string): Promise<number> =>
  Math.max(0, ...(await generations(trx, name)));

const createTables = async <Event>(
  trx: Db,
  definition: Projection<Event>,
  generation: number,
): Promise<number> => {
  const schema = schemaOf(definition.name, generation);
  await trx.schema.createSchema(schema).execute();
  for (const readModel of definition.readModels) await readModel.create(trx, schema);
  return generation;
};

const makeLive = async <Event>(trx: Db, definition: Projection<Event>, generation: number): Promise<void> => {
  const { name, format, readModels } = definition;
  await trx.schema.createSchema(name).ifNotExists().execute();
  for (const table of readModels.flatMap(({ tables }) => Object.keys(tables))) {
    const source = sql.table(`${schemaOf(name, generation)}.${table}`);
    await sql`drop view if exists ${sql.table(`${name}.${table}`)}`.execute(trx);
    await sql`create view ${sql.table(`${name}.${table}`)} as select * from ${source}`.execute(trx);
  }
  await trx
    .insertInto("clickclack.projections")
    .values({ name, generation, format, updated_at: sql`now()` })
    .onConflict((conflict) =>
      conflict.column("name").doUpdateSet({ generation, format, updated_at: sql`now()` }),
    )
    .execute();
};

const dropTables = async (trx: Db, name: string, generation: number): Promise<void> => {
  await trx.schema.dropSchema(schemaOf(name, generation)).ifExists().cascade().execute();
  await trx
    .deleteFrom("clickclack.checkpoints")
    .where("projection", "=", name)
    .where("generation", "=", generation)
    .execute();
};
