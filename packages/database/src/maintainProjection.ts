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

/**
 * Runs work that makes tables beside a projection's live ones, one process at a time. Tables that an earlier one left
 * when it was killed are dropped first. Throws ProjectionBusy.
 */
export const maintainProjection = <A>(db: Db, projection: string, run: () => Promise<A>): Promise<A> =>
  // The lock belongs to a connection, so that it ends with this process however that ends.
  db.connection().execute(async (connection) => {
    const key = sql`hashtext(${`clickclack:maintain:${projection}`})`;
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
