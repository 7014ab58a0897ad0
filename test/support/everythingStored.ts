import { jetstreamManager } from "@nats-io/jetstream";
import { connectNats } from "./connectNats.ts";
import { query } from "./query.ts";

/** A text that is kept somewhere, and where. */
export interface Stored {
  readonly where: string;
  readonly text: string;
}

/** Every message of every stream, with its subject and headers: logs, KV buckets, object stores. */
export const everythingInNats = async (url: string): Promise<ReadonlyArray<Stored>> => {
  const connection = await connectNats(url);
  try {
    const manager = await jetstreamManager(connection);
    const found: Array<Stored> = [];
    for await (const { config, state } of manager.streams.list()) {
      for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
        // What was written over leaves a gap.
        const message = await manager.streams.getMessage(config.name, { seq }).catch(() => null);
        if (!message) continue;
        const { subject, data, header } = message;
        const headers = [...header].map(([name, values]) => `${name}: ${values.join()}`).join("\n");
        const text = `${subject}\n${headers}\n${new TextDecoder().decode(data)}`;
        found.push({ where: `${config.name} ${seq} ${subject}`, text });
      }
    }
    return found;
  } finally {
    await connection.close();
  }
};

interface Table {
  readonly schema: string;
  readonly name: string;
}

/** Every row of every table. */
export const everythingInPostgres = async (url: string): Promise<ReadonlyArray<Stored>> => {
  const tables = await query<Table>(
    url,
    `select table_schema as schema, table_name as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const found: Array<Stored> = [];
  for (const { schema, name } of tables) {
    const rows = await query<{ row: string }>(url, `select t::text as row from "${schema}"."${name}" as t`);
    for (const { row } of rows) found.push({ where: `${schema}.${name}`, text: row });
  }
  return found;
};
