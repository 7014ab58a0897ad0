import type { Db } from "@clickclack/database/Database";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";

/** A plan with what carrying it out took. */
export interface Plan {
  readonly statement: string;
  readonly text: string;
  /** The parts that touched tables, and the time of the whole. */
  readonly short: string;
}

const short = (text: string): string => {
  const scans = [
    ...text.matchAll(/((?:Bitmap |Index |Index Only |Seq )(?:Heap )?Scan[^(]*?)(?: {2}|\()[^]*?rows=(\d+)/g),
  ];
  const time = /Execution Time: ([\d.]+) ms/.exec(text)?.[1];
  const names = scans.map(([, name]) => name!.replace(/^Index Scan Backward/, "Index Scan").trim());
  return `${[...new Set(names)].join(", ")}; ${time} ms`;
};

/** The plans of the statements that a read asks, as Postgres carries them out. */
export const explain = async (
  url: string,
  read: (db: Db) => Promise<unknown>,
): Promise<ReadonlyArray<Plan>> => {
  const asked: Array<{ readonly sql: string; readonly parameters: ReadonlyArray<unknown> }> = [];
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  const db: Db = new Kysely({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => void asked.push(query),
  });
  try {
    await read(db);
    const plans: Array<Plan> = [];
    for (const { sql, parameters } of asked) {
      const { rows } = await pool.query(`explain (analyze, buffers) ${sql}`, [...parameters]);
      const text = rows.map((row) => row["QUERY PLAN"]).join("\n");
      plans.push({ statement: sql, text, short: short(text) });
    }
    return plans;
  } finally {
    await db.destroy();
  }
};
