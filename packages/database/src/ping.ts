import { sql } from "kysely";
import { type Db, withDatabase } from "./Database.ts";

/** Throws DatabaseUnavailable unless the database answers. */
export const ping = (db: Db): Promise<void> =>
  withDatabase(async () => {
    await sql`select 1`.execute(db);
  });
