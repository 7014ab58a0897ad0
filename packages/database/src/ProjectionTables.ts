import { sql } from "kysely";
import { type Db, withDatabase } from "./Database.ts";
import type { Projection } from "./ReadModel.ts";

interface Commit<Event> {
  readonly seq: number;
  readonly commit: { readonly events: ReadonlyArray<Event> };
}

/** Where generation `n` of a projection's tables lies. */
export const schemaOf = (projection: string, generation: number): string => `rm_${projection}_${generation}`;

/**
 * One projection's tables in one generation, and their checkpoints. Readers use the views of the schema that bears the
 * projection's name; those show the live generation and are swapped in one transaction.
 */
export class ProjectionTables<Event> {
  readonly projection: string;
  readonly generation: number;
  readonly #db: Db;
  readonly #definition: Projection<Event>;

  private constructor(db: Db, definition: Projection<Event>, generation: number) {
    this.#db = db;
    this.#definition = definition;
    this.projection = definition.name;
    this.generation = generation;
  }

  /** The live tables, made now if there are none or if their format is an older one. */
  static open<Event>(db: Db, definition: Projection<Event>): Promise<ProjectionTables<Event>> {
    return withDatabase(() =>
      db.transaction().execute(async (trx) => {
        await lock(trx, definition.name);
        const live = await liveGeneration(trx, definition.name);
        if (live?.format === definition.format) return new ProjectionTables(db, definition, live.generation);
        const next = await createTables(trx, definition, (live?.generation ?? 0) + 1);
        await makeLive(trx, definition, next);
        return new ProjectionTables(db, definition, next);
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
        return new ProjectionTables(db, definition, next);
      }),
    );
  }

  get schema(): string {
    return schemaOf(this.projection, this.generation);
  }

  /** The stream sequence up to which everything is folded; 0 at the beginning. */
  checkpoint(partition: number): Promise<number> {
    return withDatabase(async () => {
      const row = await this.#checkpoints(this.#db, partition).select("seq").executeTakeFirst();
      return row ? Number(row.seq) : 0;
    });
  }

  /** Folds commits and moves the checkpoint in one transaction; false, with nothing done, when it was not at `from`. */
  apply(
    partition: number,
    from: number,
    to: number,
    commits: ReadonlyArray<Commit<Event>>,
  ): Promise<boolean> {
    return withDatabase(() =>
      this.#db.transaction().execute(async (trx) => {
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

  /** Shows these tables to the readers and drops those that were live before. */
  swapIn(): Promise<void> {
    return withDatabase(() =>
      this.#db.transaction().execute(async (trx) => {
        await lock(trx, this.projection);
        const live = await liveGeneration(trx, this.projection);
        await makeLive(trx, this.#definition, this.generation);
        if (live && live.generation !== this.generation)
          await dropTables(trx, this.projection, live.generation);
      }),
    );
  }

  drop(): Promise<void> {
    return withDatabase(() =>
      this.#db.transaction().execute((trx) => dropTables(trx, this.projection, this.generation)),
    );
  }

  async #move(trx: Db, partition: number, from: number, to: number): Promise<boolean> {
    const { projection, generation } = this;
    if (from === 0) {
      const inserted = await trx
        .insertInto("clickclack.checkpoints")
        .values({ projection, generation, partition, seq: to })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return inserted.numInsertedOrUpdatedRows === 1n;
    }
    const moved = await trx
      .updateTable("clickclack.checkpoints")
      .set({ seq: to })
      .where("projection", "=", projection)
      .where("generation", "=", generation)
      .where("partition", "=", partition)
      .where("seq", "=", from)
      .executeTakeFirst();
    return moved.numUpdatedRows === 1n;
  }

  #checkpoints(db: Db, partition: number) {
    return db
      .selectFrom("clickclack.checkpoints")
      .where("projection", "=", this.projection)
      .where("generation", "=", this.generation)
      .where("partition", "=", partition);
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

/** One process at a time changes which tables a projection has. */
const lock = async (trx: Db, projection: string): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtext(${`clickclack:${projection}`}))`.execute(trx);
};

const liveGeneration = (trx: Db, name: string): Promise<{ generation: number; format: number } | undefined> =>
  trx
    .selectFrom("clickclack.projections")
    .select(["generation", "format"])
    .where("name", "=", name)
    .executeTakeFirst() as never;

const highestGeneration = async (trx: Db, name: string): Promise<number> => {
  const prefix = `rm_${name}_`;
  const found = await sql<{ n: number | null }>`
    select max(substr(nspname, ${prefix.length + 1})::int) as n from pg_namespace
    where nspname like ${`${prefix.replaceAll("_", "\\_")}%`}`.execute(trx);
  return found.rows[0]?.n ?? 0;
};

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
