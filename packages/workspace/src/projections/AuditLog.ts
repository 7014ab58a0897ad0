import { type Columns, insertRows, type Row } from "@clickclack/database/bulk";
import type { Db } from "@clickclack/database/Database";
import type { Changes, ReadModel } from "@clickclack/database/ReadModel";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { sql } from "kysely";
import { audited } from "../audit/audited.ts";

const COLUMNS = {
  workspace_id: "text",
  version: "bigint",
  event_id: "text",
  type: "text",
  at: "timestamptz",
  actor_id: "text",
  credential_id: "text",
  target_id: "text",
  channel_id: "text",
  correlation_id: "text",
  details: "jsonb",
} satisfies Columns;
const TABLE = { table: "audit_entries", key: ["workspace_id", "version"], columns: COLUMNS };

const create = async (db: Db, schema: string): Promise<void> => {
  const bound = db.withSchema(schema).schema;
  await bound
    .createTable("audit_entries")
    .addColumn("workspace_id", "text", (col) => col.notNull())
    .addColumn("version", "bigint", (col) => col.notNull())
    .addColumn("event_id", "text", (col) => col.notNull())
    .addColumn("type", "text", (col) => col.notNull())
    .addColumn("at", "timestamptz", (col) => col.notNull())
    .addColumn("actor_id", "text", (col) => col.notNull())
    .addColumn("credential_id", "text")
    .addColumn("target_id", "text")
    .addColumn("channel_id", "text")
    .addColumn("correlation_id", "text", (col) => col.notNull())
    .addColumn("details", "jsonb", (col) => col.notNull())
    .addPrimaryKeyConstraint("audit_entries_pkey", ["workspace_id", "version"])
    .execute();
  const index = (name: string, ...columns: ReadonlyArray<string>) =>
    bound
      .createIndex(`audit_entries_by_${name}`)
      .on("audit_entries")
      .columns(["workspace_id", ...columns, "at", "version"]);
  await index("time").execute();
  await index("type", "type").execute();
  await index("actor", "actor_id").execute();
  await index("target", "target_id").where("target_id", "is not", null).execute();
  await index("channel", "channel_id").where("channel_id", "is not", null).execute();
};

const rowOf = (event: WorkspaceEvent): Row | undefined => {
  const told = audited(event);
  return (
    told && {
      workspace_id: event.workspace_id,
      version: event.version,
      event_id: event.id,
      type: event.type,
      at: event.at,
      actor_id: event.actor.user_id,
      credential_id: event.actor.credential_id,
      target_id: told.target,
      channel_id: event.channel_id ?? told.channel,
      correlation_id: event.correlation_id,
      details: JSON.stringify(told.details ?? {}),
    }
  );
};

const changes = (): Changes<WorkspaceEvent> => {
  const rows: Array<Row> = [];
  const deletions: Array<Row> = [];
  return {
    fold(event) {
      const row = rowOf(event);
      if (row) (event.type === "message.deleted" ? deletions : rows).push(row);
    },
    async write(db, schema) {
      await insertRows(db, { schema, ...TABLE }, rows, "keep");
      if (deletions.length === 0) return;
      await insertRows(db, { schema, ...TABLE }, deletions, "keep");
      await keepOthers(db, schema, deletions);
    },
  };
};

/** Of deletions those stay that were of somebody else's message, with its author. Messages are written before this, and authors never change. */
const keepOthers = async (db: Db, schema: string, deletions: ReadonlyArray<Row>): Promise<void> => {
  const these = sql`(a.workspace_id, a.version) in (select * from unnest(
    ${deletions.map((row) => row["workspace_id"])}::text[], ${deletions.map((row) => row["version"])}::bigint[]))`;
  const [entries, messages] = [sql.id(schema, TABLE.table), sql.id(schema, "messages")];
  await sql`delete from ${entries} a using ${messages} m
    where ${these} and m.id = a.target_id and m.author_id = a.actor_id`.execute(db);
  await sql`update ${entries} a set details = a.details || jsonb_build_object('author_id', m.author_id)
    from ${messages} m where ${these} and m.id = a.target_id`.execute(db);
};

/** What was administered in each workspace: by whom, by which credential, and when. */
export const AuditLog: ReadModel<WorkspaceEvent> = {
  tables: { audit_entries: TABLE.key },
  create,
  changes,
};
