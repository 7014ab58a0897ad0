import { insertRows, type Row } from "@clickclack/database/bulk";
import type { Db } from "@clickclack/database/Database";
import type { Changes, ReadModel } from "@clickclack/database/ReadModel";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import type { MessageVersion } from "@clickclack/protocol/http/shapes";
import { sql } from "kysely";

const TABLE = {
  table: "message_versions",
  key: ["message_id", "version"],
  columns: {
    message_id: "text",
    version: "bigint",
    body: "text",
    edited_by: "text",
    edited_at: "timestamptz",
  },
};

const create = async (db: Db, schema: string): Promise<void> => {
  await db
    .withSchema(schema)
    .schema.createTable("message_versions")
    .addColumn("message_id", "text", (col) => col.notNull())
    .addColumn("version", "bigint", (col) => col.notNull())
    .addColumn("body", "text", (col) => col.notNull())
    .addColumn("edited_by", "text", (col) => col.notNull())
    .addColumn("edited_at", "timestamptz", (col) => col.notNull())
    .addPrimaryKeyConstraint("message_versions_pkey", ["message_id", "version"])
    .execute();
};

const changes = (): Changes<WorkspaceEvent> => {
  const versions = new Map<string, Array<Row>>();
  const erased = new Set<string>();
  return {
    fold(event) {
      if (event.type === "message.deleted") {
        erased.add(event.payload.message_id);
        versions.delete(event.payload.message_id);
        return;
      }
      const says =
        event.type === "message.created" ||
        event.type === "message.updated" ||
        event.type === "thread.reply_created";
      if (!says) return;
      const { message_id, body } = event.payload;
      const row = {
        message_id,
        version: event.version,
        body,
        edited_by: event.actor.user_id,
        edited_at: event.at,
      };
      versions.set(message_id, [...(versions.get(message_id) ?? []), row]);
    },
    async write(db, schema) {
      await insertRows(db, { schema, ...TABLE }, [...versions.values()].flat(), "overwrite");
      if (erased.size === 0) return;
      await db
        .withSchema(schema)
        .deleteFrom("message_versions")
        .where("message_id", "=", sql<string>`any(${[...erased]}::text[])`)
        .execute();
    },
  };
};

/** Every text that a message ever had; deleting the message erases them. */
export const MessageVersions: ReadModel<WorkspaceEvent> = {
  tables: { message_versions: TABLE.key },
  create,
  changes,
};

/** Versions told of one message: more edits than anybody reads. */
const MAX_VERSIONS = 500;

/** A message's texts, oldest first, the present one included; the newest of very many. */
export const listVersions = async (db: Db, messageId: string): Promise<ReadonlyArray<MessageVersion>> => {
  const rows = await db
    .selectFrom("chat.message_versions")
    .select(["body", "edited_by", "edited_at"])
    .where("message_id", "=", messageId)
    .orderBy("version", "desc")
    .limit(MAX_VERSIONS)
    .execute();
  return rows.toReversed().map((row) => ({
    body: row["body"] as string,
    edited_by: row["edited_by"] as string,
    edited_at: (row["edited_at"] as Date).toISOString(),
  }));
};
