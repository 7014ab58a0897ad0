import { insertRows, type Row } from "@clickclack/database/bulk";
import type { Db } from "@clickclack/database/Database";
import type { Changes, Projection, ReadModel } from "@clickclack/database/ReadModel";
import type { PersonalEvent } from "@clickclack/protocol/events/PersonalEvents";
import { sql } from "kysely";

const TABLE = {
  table: "states",
  key: ["user_id", "scope_id"],
  columns: {
    user_id: "text",
    scope_id: "text",
    workspace_id: "text",
    last_read_seq: "bigint",
    last_read_at: "timestamptz",
    preference: "text",
    hidden_seq: "bigint",
    draft_body: "text",
    draft_at: "timestamptz",
    following: "boolean",
    followed_seq: "bigint",
    read_up_to: "timestamptz",
  },
};

const create = async (db: Db, schema: string): Promise<void> => {
  const bound = db.withSchema(schema).schema;
  await bound
    .createTable("states")
    .addColumn("user_id", "text", (col) => col.notNull())
    .addColumn("scope_id", "text", (col) => col.notNull())
    .addColumn("workspace_id", "text", (col) => col.notNull())
    .addColumn("last_read_seq", "bigint", (col) => col.notNull())
    .addColumn("last_read_at", "timestamptz")
    .addColumn("preference", "text")
    .addColumn("hidden_seq", "bigint")
    .addColumn("draft_body", "text")
    .addColumn("draft_at", "timestamptz")
    .addColumn("following", "boolean")
    .addColumn("followed_seq", "bigint")
    .addColumn("read_up_to", "timestamptz")
    .addPrimaryKeyConstraint("states_pkey", ["user_id", "scope_id"])
    .execute();
  await bound
    .createIndex("states_following")
    .on("states")
    .columns(["user_id", "workspace_id"])
    .where(sql.ref("following"), "is", true)
    .execute();
};

const changes = (): Changes<PersonalEvent> => {
  const rows = new Map<string, Row>();
  return {
    fold({ workspace_id, payload }) {
      const { draft, change: _, ...state } = payload;
      const row = { workspace_id, ...state, draft_body: draft?.body, draft_at: draft?.updated_at };
      rows.set(`${payload.user_id} ${payload.scope_id}`, row);
    },
    write: (db, schema) => insertRows(db, { schema, ...TABLE }, [...rows.values()], "overwrite"),
  };
};

/** Who has read how far, and what else people keep for themselves. */
const Personal: ReadModel<PersonalEvent> = { tables: { states: TABLE.key }, create, changes };

/** Personal states; its views are in the schema `personal`. */
export const PersonalProjection: Projection<PersonalEvent> = {
  name: "personal",
  format: 2,
  readModels: [Personal],
};
