import { deleteRows, type Row } from "@clickclack/database/bulk";
import type { Db } from "@clickclack/database/Database";
import type { Changes, ReadModel } from "@clickclack/database/ReadModel";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import type { ReactionSummary } from "@clickclack/protocol/http/shapes";
import { sql } from "kysely";

const TABLE = {
  table: "reactions",
  key: ["message_id", "emoji", "user_id"],
  columns: { message_id: "text", emoji: "text", user_id: "text", created_at: "timestamptz" },
};

const create = async (db: Db, schema: string): Promise<void> => {
  const bound = db.withSchema(schema).schema;
  await bound
    .createTable("reactions")
    .addColumn("message_id", "text", (col) => col.notNull())
    .addColumn("emoji", "text", (col) => col.notNull())
    .addColumn("user_id", "text", (col) => col.notNull())
    .addColumn("created_at", "timestamptz", (col) => col.notNull())
    .addColumn("workspace_id", "text", (col) => col.notNull())
    .addColumn("channel_id", "text", (col) => col.notNull())
    // Who wrote the message that was reacted to.
    .addColumn("author_id", "text", (col) => col.notNull())
    .addPrimaryKeyConstraint("reactions_pkey", ["message_id", "emoji", "user_id"])
    .execute();
  await bound
    .createIndex("reactions_by_author")
    .on("reactions")
    .columns(["workspace_id", "author_id", "created_at"])
    .execute();
};

/** Where a message is and who wrote it never changes, and messages are written before this. */
const insertReactions = async (db: Db, schema: string, rows: ReadonlyArray<Row>): Promise<void> => {
  if (rows.length === 0) return;
  const column = (name: string) => rows.map((row) => row[name]);
  await sql`insert into ${sql.id(schema, "reactions")}
      (message_id, emoji, user_id, created_at, workspace_id, channel_id, author_id)
    select m.id, v.emoji, v.user_id, v.created_at, m.workspace_id, m.channel_id, m.author_id
    from unnest(${column("message_id")}::text[], ${column("emoji")}::text[], ${column("user_id")}::text[],
      ${column("created_at")}::timestamptz[]) as v(message_id, emoji, user_id, created_at)
    join ${sql.id(schema, "messages")} m on m.id = v.message_id
    on conflict (message_id, emoji, user_id) do update set created_at = excluded.created_at`.execute(db);
};

const changes = (): Changes<WorkspaceEvent> => {
  /** The last word about each reaction in this batch. */
  const added = new Map<string, Row>();
  const removed = new Map<string, Row>();
  const cleared = new Set<string>();
  return {
    fold(event) {
      if (event.type === "message.deleted") {
        const { message_id } = event.payload;
        cleared.add(message_id);
        for (const [key, row] of added) if (row["message_id"] === message_id) added.delete(key);
      }
      if (event.type !== "reaction.added" && event.type !== "reaction.removed") return;
      const { message_id, emoji, user_id } = event.payload;
      const key = JSON.stringify([message_id, emoji, user_id]);
      const row = { message_id, emoji, user_id, created_at: event.at };
      const [gains, loses] = event.type === "reaction.added" ? [added, removed] : [removed, added];
      loses.delete(key);
      gains.set(key, row);
    },
    async write(db, schema) {
      const target = { schema, ...TABLE };
      if (cleared.size > 0) {
        await db
          .withSchema(schema)
          .deleteFrom("reactions")
          .where("message_id", "=", sql<string>`any(${[...cleared]}::text[])`)
          .execute();
      }
      await deleteRows(db, target, [...removed.values()]);
      await insertReactions(db, schema, [...added.values()]);
    },
  };
};

/** Who reacted to what; the reactions to a deleted message go with it. */
export const Reactions: ReadModel<WorkspaceEvent> = { tables: { reactions: TABLE.key }, create, changes };

/** The reactions to each of these messages as `userId` sees them, first used first. */
export const reactionSummaries = async (
  db: Db,
  messageIds: ReadonlyArray<string>,
  userId: string,
): Promise<ReadonlyMap<string, ReadonlyArray<ReactionSummary>>> => {
  const summaries = new Map<string, Array<ReactionSummary>>();
  if (messageIds.length === 0) return summaries;
  const rows = await db
    .selectFrom("chat.reactions as r")
    .select(["r.message_id", "r.emoji"])
    .select(sql<number>`count(*)::int`.as("count"))
    .select(sql<boolean>`bool_or(r.user_id = ${userId})`.as("reacted_by_me"))
    .where("r.message_id", "=", sql<string>`any(${messageIds}::text[])`)
    .groupBy(["r.message_id", "r.emoji"])
    .orderBy(sql`min(r.created_at)`)
    .orderBy("r.emoji")
    .execute();
  for (const { message_id, ...summary } of rows as ReadonlyArray<ReactionSummary & { message_id: string }>) {
    const list = summaries.get(message_id) ?? [];
    list.push(summary);
    summaries.set(message_id, list);
  }
  return summaries;
};

/** Who reacted with what to each of these messages. */
export const reactorsOf = async (
  db: Db,
  messageIds: ReadonlyArray<string>,
): Promise<ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>> => {
  const rows = await db
    .selectFrom("chat.reactions")
    .select(["message_id", "emoji", "user_id"])
    .where("message_id", "=", sql<string>`any(${messageIds}::text[])`)
    .execute();
  const found = new Map<string, Map<string, Set<string>>>();
  for (const row of rows as ReadonlyArray<Record<"message_id" | "emoji" | "user_id", string>>) {
    const byEmoji = found.get(row.message_id) ?? new Map<string, Set<string>>();
    byEmoji.set(row.emoji, (byEmoji.get(row.emoji) ?? new Set()).add(row.user_id));
    found.set(row.message_id, byEmoji);
  }
  return found;
};
