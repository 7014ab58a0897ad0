import { type Migration, Migrator } from "kysely/migration";
import { sql } from "kysely";
import type { Db } from "./Database.ts";
import { withDatabase } from "./Database.ts";
import * as projections from "./migrations/0001-projections.ts";
import * as generations from "./migrations/0002-generations.ts";

/** All migrations, oldest first; names sort in that order and never change. What is made here only grows. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  "0001-projections": projections,
  "0002-generations": generations,
};

const TABLE = "clickclack_migrations";

const migrator = async (db: Db): Promise<Migrator> => {
  const newer = await ofNewerPrograms(db);
  return new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...MIGRATIONS, ...newer }) },
    migrationTableName: TABLE,
    migrationLockTableName: "clickclack_migrations_lock",
  });
};

/** What a newer program has added is no reason for an older one, in the midst of an upgrade or back after it, not to start. */
const ofNewerPrograms = async (db: Db): Promise<Readonly<Record<string, Migration>>> => {
  const there = await sql<{ found: string | null }>`select to_regclass(${TABLE}) as found`.execute(db);
  if (there.rows[0]!.found === null) return {};
  const done = await db.selectFrom(TABLE).select("name").execute();
  const unknown = done.map((row) => row["name"] as string).filter((name) => !(name in MIGRATIONS));
  return Object.fromEntries(unknown.map((name) => [name, { up: async () => undefined }]));
};

/** Brings the database's own tables up to date; safe to run in several processes at once. Returns what was applied. */
export const migrate = (db: Db): Promise<ReadonlyArray<string>> =>
  withDatabase(async () => {
    const { error, results } = await (await migrator(db)).migrateToLatest();
    if (error !== undefined) throw error;
    return (results ?? []).map((result) => result.migrationName);
  });

/** Migrations that this program has and the database has not; changes nothing. */
export const pendingMigrations = (db: Db): Promise<ReadonlyArray<string>> =>
  withDatabase(async () => {
    const known = await (await migrator(db)).getMigrations();
    return known.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
  });
