import { Migrator } from "kysely/migration";
import type { Db } from "./Database.ts";
import { withDatabase } from "./Database.ts";
import * as projections from "./migrations/0001-projections.ts";

/** All migrations, oldest first; names sort in that order and never change. */
const MIGRATIONS = { "0001-projections": projections };

const migrator = (db: Db): Migrator =>
  new Migrator({
    db,
    provider: { getMigrations: async () => MIGRATIONS },
    migrationTableName: "clickclack_migrations",
    migrationLockTableName: "clickclack_migrations_lock",
  });

/** Brings the database's own tables up to date; safe to run in several processes at once. Returns what was applied. */
export const migrate = (db: Db): Promise<ReadonlyArray<string>> =>
  withDatabase(async () => {
    const { error, results } = await migrator(db).migrateToLatest();
    if (error !== undefined) throw error;
    return (results ?? []).map((result) => result.migrationName);
  });

/** Migrations that this program has and the database has not; changes nothing. */
export const pendingMigrations = (db: Db): Promise<ReadonlyArray<string>> =>
  withDatabase(async () => {
    const known = await migrator(db).getMigrations();
    return known.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
  });
