import { insertRows, type Row } from "@clickclack/database/bulk";
import type { Db } from "@clickclack/database/Database";
import type { Changes, ReadModel } from "@clickclack/database/ReadModel";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { sql } from "kysely";

const TABLE = {
  table: "thread_participants",
  key: ["user_id", "root_id"],
  columns: {
    user_id: "text",
    root_id: "text",
    workspace_id: "text",
    channel_id: "text",
    last_seq: "bigint",
    since_seq: "bigint",
  },
};
const MERGE = { last_seq: "greatest", since_seq: "least" } as const;

const create = async (db: Db, schema: string): Promise<void> => {
  const bound = db.withSchema(schema).schema;
  await bound
    .createTable("thread_participants")
    .addColumn("user_id", "text", (col) => col.notNull())
    .addColumn("root_id", "text", (col) => col.notNull())
    .addColumn("workspace_id", "text", (col) => col.notNull())
    .addColumn("channel_id", "text", (col) => col.notNull())
    // The newest reply of one's own; 0 for who is only called, or began the thread.
    .addColumn("last_seq", "bigint", (col) => col.notNull())
    // Replies after this one came while one took part.
    .addColumn("since_seq", "bigint", (col) => col.notNull())
    .addPrimaryKeyConstraint("thread_participants_pkey", ["user_id", "root_id"])
    .execute();
  await bound
    .createIndex("thread_participants_by_workspace")
    .on("thread_participants")
    .columns(["workspace_id", "user_id"])
    .execute();
};

interface Participation {
  readonly user_id: string;
  readonly root_id: string;
  readonly workspace_id: string;
  readonly channel_id: string;
  readonly last_seq: number;
  readonly since_seq: number;
}

type Named = { readonly messageId: string; readonly userId: string };

/**
 * Each row comes to the least and greatest of what the log says of it, whichever events are written together: a
 * rebuild in other batches gives the same rows.
 */
const changes = (): Changes<WorkspaceEvent> => {
  const rows = new Map<string, Participation>();
  const begun = new Set<string>();
  const named: Array<Named> = [];
  const add = (one: Participation) => {
    const key = `${one.user_id} ${one.root_id}`;
    const known = rows.get(key) ?? one;
    const last_seq = Math.max(known.last_seq, one.last_seq);
    rows.set(key, { ...one, last_seq, since_seq: Math.min(known.since_seq, one.since_seq) });
  };
  return {
    fold(event) {
      if (event.type === "message.updated") {
        for (const userId of event.payload.mentioned_user_ids ?? [])
          named.push({ userId, messageId: event.payload.message_id });
      }
      if (event.type !== "message.created" && event.type !== "thread.reply_created") return;
      const { author_id, message_id, mentioned_user_ids = [] } = event.payload;
      const reply = event.type === "thread.reply_created" ? event.payload : undefined;
      const root_id = reply?.root_message_id ?? message_id;
      const base = { root_id, workspace_id: event.workspace_id, channel_id: event.channel_id! };
      const seq = reply?.thread_seq ?? 1;
      for (const user_id of mentioned_user_ids) add({ ...base, user_id, last_seq: 0, since_seq: seq - 1 });
      if (!reply) return;
      if (seq === 1) begun.add(root_id);
      add({ ...base, user_id: author_id, last_seq: seq, since_seq: seq });
    },
    async write(db, schema) {
      await insertRows(db, { schema, ...TABLE }, [...rows.values()] as unknown as ReadonlyArray<Row>, MERGE);
      if (begun.size > 0) await addAuthors(db, schema, [...begun]);
      if (named.length > 0) await addNamed(db, schema, named);
    },
  };
};

const MERGED = sql`on conflict (user_id, root_id) do update set since_seq = least(p.since_seq, excluded.since_seq)`;

/** Who wrote the root takes part from the first reply on. Messages are written before this, and authors never change. */
const addAuthors = async (db: Db, schema: string, roots: ReadonlyArray<string>): Promise<void> => {
  await sql`insert into ${sql.id(schema, TABLE.table)} as p
    select author_id, id, workspace_id, channel_id, 0, 0 from ${sql.id(schema, "messages")}
    where id = any(${roots}::text[]) ${MERGED}`.execute(db);
};

/** Whom an edit named: as if the message had named them from the beginning. */
const addNamed = async (db: Db, schema: string, named: ReadonlyArray<Named>): Promise<void> => {
  const ids = named.map(({ messageId }) => messageId);
  const users = named.map(({ userId }) => userId);
  await sql`insert into ${sql.id(schema, TABLE.table)} as p
    select e.user_id, m.root_id, m.workspace_id, m.channel_id, 0, min(coalesce(m.thread_seq, 1) - 1)
    from unnest(${ids}::text[], ${users}::text[]) as e(id, user_id)
    join ${sql.id(schema, "messages")} m on m.id = e.id
    group by 1, 2, 3, 4 ${MERGED}`.execute(db);
};

/**
 * Who takes part in a thread by itself: who replied, who wrote the root of a thread, and whom a message of it ever
 * named. What somebody chose about it instead is a personal state.
 */
export const ThreadParticipants: ReadModel<WorkspaceEvent> = {
  tables: { thread_participants: TABLE.key },
  create,
  changes,
};
