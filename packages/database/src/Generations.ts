import { sql } from "kysely";
import type { Db } from "./Database.ts";
import { OtherFormat } from "./OtherFormat.ts";
import type { Projection } from "./ReadModel.ts";

/** Where generation `n` of a projection's tables lies. */
export const schemaOf = (projection: string, generation: number): string => `rm_${projection}_${generation}`;

/** What a set of tables is made for: readers from its first moment on, to become theirs once it is filled, or a comparison. */
export type Purpose = "readers" | "rebuild" | "verification";

export interface LiveGeneration {
  readonly generation: number;
  readonly format: number;
}

/** Dropped generations that are remembered: far more than a process that was left behind could still hold. */
const REMEMBERED = 100;

/** The sets of tables that one projection has, within a transaction. */
export class Generations {
  readonly #trx: Db;
  readonly #name: string;

  constructor(trx: Db, projection: string) {
    this.#trx = trx;
    this.#name = projection;
  }

  /** One process at a time changes which tables a projection has, and none folds into the live ones meanwhile. */
  async lock(): Promise<void> {
    await sql`select pg_advisory_xact_lock(hashtext(${`clickclack:${this.#name}`}))`.execute(this.#trx);
  }

  /** Held while folding. An advisory lock keeps its queue in order, so that folding all the time does not starve a swap. */
  async lockShared(): Promise<void> {
    await sql`select pg_advisory_xact_lock_shared(hashtext(${`clickclack:${this.#name}`}))`.execute(
      this.#trx,
    );
  }

  /** Takes the views and the tables behind them at once, from whoever reads them. */
  async lockViews(): Promise<void> {
    const views = await sql<{ viewname: string }>`select viewname from pg_views
      where schemaname = ${this.#name} order by viewname`.execute(this.#trx);
    if (views.rows.length === 0) return;
    const names = sql.join(views.rows.map(({ viewname }) => sql.id(this.#name, viewname)));
    await sql`lock table ${names} in access exclusive mode`.execute(this.#trx);
  }

  live(): Promise<LiveGeneration | undefined> {
    return this.#trx
      .selectFrom("clickclack.projections")
      .select(["generation", "format"])
      .where("name", "=", this.#name)
      .executeTakeFirst();
  }

  /** The live generation if it is of this format. Throws OtherFormat. */
  async requireLive(format: number): Promise<number> {
    const live = await this.live();
    if (live?.format !== format) throw new OtherFormat(this.#name, format, live?.format);
    return live.generation;
  }

  /** Makes empty tables with a number that no others ever had: whoever still writes to dropped ones must not meet these. */
  async create<Event>({ format, readModels }: Projection<Event>, purpose: Purpose): Promise<number> {
    const used = await this.#registered()
      .select(sql<number | null>`max(generation)`.as("n"))
      .execute();
    const generation = Math.max(used[0]?.n ?? 0, ...(await this.#schemas())) + 1;
    const schema = schemaOf(this.#name, generation);
    await this.#trx.schema.createSchema(schema).execute();
    for (const readModel of readModels) await readModel.create(this.#trx, schema);
    await this.#trx
      .insertInto("clickclack.generations")
      .values({ projection: this.#name, generation, format, purpose, made_at: sql`now()` })
      .execute();
    await this.#trx
      .deleteFrom("clickclack.generations")
      .where("projection", "=", this.#name)
      .where("generation", "<=", generation - REMEMBERED)
      .where("dropped_at", "is not", null)
      .execute();
    return generation;
  }

  /** Whether a generation was made and not dropped since. */
  async stands(generation: number): Promise<boolean> {
    const row = await this.#registered()
      .select("generation")
      .where("generation", "=", generation)
      .where("dropped_at", "is", null)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Shows a generation's tables to the readers. */
  async makeLive<Event>({ format, readModels }: Projection<Event>, generation: number): Promise<void> {
    const name = this.#name;
    await this.#trx.schema.createSchema(name).ifNotExists().execute();
    for (const table of readModels.flatMap(({ tables }) => Object.keys(tables))) {
      const source = sql.table(`${schemaOf(name, generation)}.${table}`);
      await sql`drop view if exists ${sql.table(`${name}.${table}`)}`.execute(this.#trx);
      await sql`create view ${sql.table(`${name}.${table}`)} as select * from ${source}`.execute(this.#trx);
    }
    await this.#trx
      .insertInto("clickclack.projections")
      .values({ name, generation, format, updated_at: sql`now()` })
      .onConflict((conflict) =>
        conflict.column("name").doUpdateSet({ generation, format, updated_at: sql`now()` }),
      )
      .execute();
  }

  async drop(generation: number): Promise<void> {
    await this.#trx.schema.dropSchema(schemaOf(this.#name, generation)).ifExists().cascade().execute();
    await this.#trx
      .deleteFrom("clickclack.checkpoints")
      .where("projection", "=", this.#name)
      .where("generation", "=", generation)
      .execute();
    await this.#trx
      .updateTable("clickclack.generations")
      .set({ dropped_at: sql`now()` })
      .where("projection", "=", this.#name)
      .where("generation", "=", generation)
      .execute();
  }

  async dropAllButLive(): Promise<void> {
    const live = await this.live();
    for (const generation of await this.#schemas()) {
      if (generation !== live?.generation) await this.drop(generation);
    }
  }

  #registered() {
    return this.#trx.selectFrom("clickclack.generations").where("projection", "=", this.#name);
  }

  /** The generations whose tables are there. */
  async #schemas(): Promise<ReadonlyArray<number>> {
    const prefix = `rm_${this.#name}_`;
    const found = await sql<{
      n: number;
    }>`select substr(nspname, ${prefix.length + 1})::int as n from pg_namespace
      where nspname ~ ${`^${prefix}[0-9]+$`}`.execute(this.#trx);
    return found.rows.map(({ n }) => n);
  }
}
