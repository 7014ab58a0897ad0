import { insertRows, type Row } from "@clickclack/database/bulk";
import type { Db } from "@clickclack/database/Database";
import type { Changes, Projection, ReadModel } from "@clickclack/database/ReadModel";
import type { PersonalEvent } from "@clickclack/protocol/events/PersonalEvents";

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
  },
};

const create = async (db: Db, schema: string): Promise<void> => {
  await db
    .withSchema(schema)
    .schema.createTable("states")
    .addColumn("user_id", "text", (col) => col.notNull())
    .addColumn("scope_id", "text", (col) => col.notNull())
    .addColumn("workspace_id", "text", (col) => col.notNull())
    .addColumn("last_read_seq", "bigint", (col) => col.notNull())
    .addColumn("last_read_at", "timestamptz")
    .addColumn("preference", "text")
    .addColumn("hidden_seq", "bigint")
    .addColumn("draft_body", "text")
    .addColumn("draft_at", "timestamptz")
    .addPrimaryKeyConstraint("states_pkey", ["user_id", "scope_id"])
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
  format: 1,
  readModels: [Personal],
};
