import { sql } from "kysely";
import { type Db, withDatabase } from "./Database.ts";
import { ProjectionTables } from "./ProjectionTables.ts";

/** Somebody else rebuilds or verifies this projection right now. */
export class ProjectionBusy extends Error {
  constructor(projection: string) {
    super(
      `the ${projection} projection is being rebuilt or verified by another process; try again when it is done`,
    );
    this.name = "ProjectionBusy";
  }
}

/** The lock of whoever maintains a projection. */
const lockOf = (projection: string) => sql`hashtext(${`clickclack:maintain:${projection}`})`;

/** Whether some process maintains this projection right now: what stands beside its live tables is in use, or else abandoned. */
export const isMaintained = async (db: Db, projection: string): Promise<boolean> => {
  // Of a lock by one bigint, pg_locks shows the halves as classid and objid, and 1 as objsubid.
  const asked = sql<{ held: boolean }>`select exists (select from pg_locks
    where locktype = 'advisory' and granted and objsubid = 1
      and database = (select oid from pg_database where datname = current_database())
      and (classid::bigint << 32 | objid::bigint) = ${lockOf(projection)}::bigint) as held`;
  return (await asked.execute(db)).rows[0]!.held;
};

/**
 * Runs work that makes tables beside a projection's live ones, one process at a time. Tables that an earlier one left
 * when it was killed are dropped first. Throws ProjectionBusy.
 */
export const maintainProjection = <A>(db: Db, projection: string, run: () => Promise<A>): Promise<A> =>
  // The lock belongs to a connection, so that it ends with this process however that ends.
  db.connection().execute(async (connection) => {
    const key = lockOf(projection);
    const asked = sql<{ got: boolean }>`select pg_try_advisory_lock(${key}) as got`;
    const { rows } = await withDatabase(() => asked.execute(connection));
    if (rows[0]?.got !== true) throw new ProjectionBusy(projection);
    try {
      await ProjectionTables.dropAbandoned(db, projection);
      return await run();
    } finally {
      await sql`select pg_advisory_unlock(${key})`.execute(connection).catch(() => undefined);
    }
  });
