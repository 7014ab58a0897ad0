import type { Db } from "@clickclack/database/Database";
import type { Changes, ReadModel } from "@clickclack/database/ReadModel";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { sql } from "kysely";

/** Tables whose rows name their workspace, by the column that does. */
const BY_WORKSPACE = {
  workspaces: "id",
  members: "workspace_id",
  channels: "workspace_id",
  thread_participants: "workspace_id",
  uploads: "workspace_id",
  audit_entries: "workspace_id",
} as const;

/** Tables whose rows belong to a message, by the column that names it. */
const BY_MESSAGE = {
  message_versions: "message_id",
  mentions: "message_id",
  reactions: "message_id",
  reaction_changes: "message_id",
  thread_states: "root_id",
} as const;

/** Every table that a deleted workspace leaves. */
export const CLEARED_TABLES: ReadonlyArray<string> = [
  "messages",
  ...Object.keys(BY_WORKSPACE),
  ...Object.keys(BY_MESSAGE),
];

/** Messages that one statement deletes: some milliseconds each, however many there are; a statement must not take 10 s. */
const BATCH = 2_000;

const clear = async (db: Db, schema: string, workspaceId: string): Promise<void> => {
  await clearMessages(db, schema, workspaceId);
  for (const [table, column] of Object.entries(BY_WORKSPACE))
    await db.withSchema(schema).deleteFrom(table).where(column, "=", workspaceId).execute();
};

interface Place {
  readonly id: string;
  readonly created_at: Date;
}

/** Goes on behind what it deleted: rows that are gone stand in the index until the transaction is over. */
const clearMessages = async (db: Db, schema: string, workspaceId: string): Promise<void> => {
  const messages = sql.id(schema, "messages");
  for (let last: Place | undefined; ;) {
    const behind = last ? sql`and (created_at, id) > (${last.created_at}, ${last.id})` : sql``;
    const { rows } = await sql<Place>`select id, created_at from ${messages}
      where workspace_id = ${workspaceId} ${behind} order by created_at, id limit ${BATCH}`.execute(db);
    const ids = rows.map(({ id }) => id);
    for (const [table, column] of Object.entries({ ...BY_MESSAGE, messages: "id" }))
      await sql`delete from ${sql.id(schema, table)} where ${sql.ref(column)} = any(${ids}::text[])`.execute(
        db,
      );
    if (rows.length < BATCH) return;
    last = rows.at(-1)!;
  }
};

const changes = (): Changes<WorkspaceEvent> => {
  const deleted = new Set<string>();
  return {
    fold(event) {
      // Nothing comes after it, so whatever a batch holds of its workspace is written when this is.
      if (event.type === "workspace.deleted") deleted.add(event.workspace_id);
    },
    async write(db, schema) {
      for (const id of deleted) await clear(db, schema, id);
    },
  };
};

/** Takes the rows of deleted workspaces out of the tables of all other read models; it has none of its own. */
export const DeletedWorkspaces: ReadModel<WorkspaceEvent> = {
  tables: {},
  create: () => Promise.resolve(),
  changes,
};
