import { insertRows, type Row } from "@clickclack/database/bulk";
import type { Db } from "@clickclack/database/Database";
import type { Changes, ReadModel } from "@clickclack/database/ReadModel";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { sql } from "kysely";
import { hadHappenedIn, type Moment } from "./Moment.ts";

const TABLE = {
  table: "thread_states",
  key: ["root_id", "version"],
  columns: {
    root_id: "text",
    version: "bigint",
    changed_at: "timestamptz",
    reply_count: "integer",
    last_reply_at: "timestamptz",
    last_reply_author_ids: "jsonb",
  },
};

const create = async (db: Db, schema: string): Promise<void> => {
  await db
    .withSchema(schema)
    .schema.createTable("thread_states")
    .addColumn("root_id", "text", (col) => col.notNull())
    .addColumn("version", "bigint", (col) => col.notNull())
    .addColumn("changed_at", "timestamptz", (col) => col.notNull())
    .addColumn("reply_count", "integer", (col) => col.notNull())
    .addColumn("last_reply_at", "timestamptz")
    .addColumn("last_reply_author_ids", "jsonb", (col) => col.notNull())
    .addPrimaryKeyConstraint("thread_states_pkey", ["root_id", "version"])
    .execute();
};

const changes = (): Changes<WorkspaceEvent> => {
  const rows: Array<Row> = [];
  return {
    fold(event) {
      if (event.type !== "thread.state_updated") return;
      const { root_message_id, reply_count, last_reply_at, last_reply_author_ids } = event.payload;
      rows.push({
        root_id: root_message_id,
        version: event.version,
        changed_at: event.at,
        reply_count,
        last_reply_at,
        last_reply_author_ids: JSON.stringify(last_reply_author_ids),
      });
    },
    write: (db, schema) => insertRows(db, { schema, ...TABLE }, rows, "overwrite"),
  };
};

/** Every state that a thread was in; the present one stands with its root. */
export const ThreadStates: ReadModel<WorkspaceEvent> = {
  tables: { thread_states: TABLE.key },
  create,
  changes,
};

export interface ThreadStateRow {
  readonly root_id: string;
  readonly reply_count: number;
  readonly last_reply_at: Date | null;
  readonly last_reply_author_ids: ReadonlyArray<string>;
}

/** The states that these roots' threads were in then; those without replies by then are not among them. */
export const threadStatesAsOf = async (
  db: Db,
  rootIds: ReadonlyArray<string>,
  moment: Moment,
): Promise<ReadonlyMap<string, ThreadStateRow>> => {
  const { rows } = await sql<ThreadStateRow>`
    select t.root_id, t.reply_count, t.last_reply_at, t.last_reply_author_ids
    from unnest(${rootIds}::text[]) as root(id)
    cross join lateral (
      select * from chat.thread_states s
      where s.root_id = root.id and ${hadHappenedIn(moment, "s.version", "s.changed_at")}
      order by s.version desc limit 1
    ) t`.execute(db);
  return new Map(rows.map((row) => [row.root_id, row]));
};
