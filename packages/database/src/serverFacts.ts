import { sql } from "kysely";
import { type Db, withDatabase } from "./Database.ts";

export interface ServerFacts {
  /** Such as `18.1`. */
  readonly version: string;
  /** Whether a commit outlasts a power cut. */
  readonly fsync: boolean;
}

/** What the Postgres server tells of itself. */
export const serverFacts = (db: Db): Promise<ServerFacts> =>
  withDatabase(async () => {
    const asked = sql<ServerFacts>`select current_setting('server_version') as version,
      current_setting('fsync')::boolean as fsync`;
    return (await asked.execute(db)).rows[0]!;
  });
