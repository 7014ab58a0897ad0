import { insertRows, type Row } from "@clickclack/database/bulk";
import type { Db } from "@clickclack/database/Database";
import type { Changes, ReadModel } from "@clickclack/database/ReadModel";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import type { ReactionSummary } from "@clickclack/protocol/http/shapes";
import { sql } from "kysely";
import { hadHappenedIn, type Moment } from "./Moment.ts";

const TABLE = {
  table: "reaction_changes",
  key: ["message_id", "version"],
  columns: {
    message_id: "text",
    version: "bigint",
    emoji: "text",
    user_id: "text",
    added: "boolean",
    changed_at: "timestamptz",
  },
};

const create = async (db: Db, schema: string): Promise<void> => {
  await db
    .withSchema(schema)
    .schema.createTable("reaction_changes")
    .addColumn("message_id", "text", (col) => col.notNull())
    .addColumn("version", "bigint", (col) => col.notNull())
    .addColumn("emoji", "text", (col) => col.notNull())
    .addColumn("user_id", "text", (col) => col.notNull())
    .addColumn("added", "boolean", (col) => col.notNull())
    .addColumn("changed_at", "timestamptz", (col) => col.notNull())
    .addPrimaryKeyConstraint("reaction_changes_pkey", ["message_id", "version"])
    .execute();
};

const changes = (): Changes<WorkspaceEvent> => {
  const rows = new Map<string, Array<Row>>();
  const erased = new Set<string>();
  return {
    fold(event) {
      if (event.type === "message.deleted") {
        erased.add(event.payload.message_id);
        rows.delete(event.payload.message_id);
      }
      if (event.type !== "reaction.added" && event.type !== "reaction.removed") return;
      const { message_id, emoji, user_id } = event.payload;
      const added = event.type === "reaction.added";
      const row = { message_id, version: event.version, emoji, user_id, added, changed_at: event.at };
      rows.set(message_id, [...(rows.get(message_id) ?? []), row]);
    },
    async write(db, schema) {
      await insertRows(db, { schema, ...TABLE }, [...rows.values()].flat(), "overwrite");
      if (erased.size === 0) return;
      await db
        .withSchema(schema)
        .deleteFrom("reaction_changes")
        .where("message_id", "=", sql<string>`any(${[...erased]}::text[])`)
        .execute();
    },
  };
};

/** Every reaction that came and went; deleting the message erases them. */
export const ReactionChanges: ReadModel<WorkspaceEvent> = {
  tables: { reaction_changes: TABLE.key },
  create,
  changes,
};

/** The reactions that each of these messages had then, as `userId` sees them, first used first. */
export const reactionSummariesAsOf = async (
  db: Db,
  messageIds: ReadonlyArray<string>,
  userId: string,
  moment: Moment,
): Promise<ReadonlyMap<string, ReadonlyArray<ReactionSummary>>> => {
  const { rows } = await sql<ReactionSummary & { readonly message_id: string }>`
    select message_id, emoji, count(*)::int as count, bool_or(user_id = ${userId}) as reacted_by_me
    from (
      select distinct on (c.message_id, c.emoji, c.user_id) c.* from chat.reaction_changes c
      where c.message_id = any(${messageIds}::text[]) and ${hadHappenedIn(moment, "c.version", "c.changed_at")}
      order by c.message_id, c.emoji, c.user_id, c.version desc
    ) latest
    where added group by message_id, emoji order by min(changed_at), emoji`.execute(db);
  const summaries = new Map<string, Array<ReactionSummary>>();
  for (const { message_id, ...summary } of rows) {
    summaries.set(message_id, [...(summaries.get(message_id) ?? []), summary]);
  }
  return summaries;
};
