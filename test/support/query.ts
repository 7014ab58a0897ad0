import pg from "pg";

/** Runs one statement on a connection of its own, and returns its rows. */
export async function query<Row extends object>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // a server that is killed meanwhile must fail the statement, not the process
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Row & pg.QueryResultRow>(text, values)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
