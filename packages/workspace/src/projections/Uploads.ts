import { type Columns, deleteRows, insertRows, type Row, updateRows } from "@clickclack/database/bulk";
import type { Db } from "@clickclack/database/Database";
import type { Changes, ReadModel } from "@clickclack/database/ReadModel";
import type { WorkspaceEvent, WorkspaceEventOf } from "@clickclack/protocol/events/WorkspaceEvents";
import type { Upload } from "@clickclack/protocol/http/shapes";
import { sql } from "kysely";
import { hadHappenedIn, type Moment } from "./Moment.ts";
import type { RestoredUpload } from "../WorkspaceSnapshot.ts";

const COLUMNS = {
  id: "text",
  workspace_id: "text",
  owner_id: "text",
  filename: "text",
  content_type: "text",
  byte_size: "bigint",
  sha256: "text",
  nonce: "text",
  width: "integer",
  height: "integer",
  duration_ms: "bigint",
  created_at: "timestamptz",
  message_id: "text",
  channel_id: "text",
  attached_version: "bigint",
  attached_at: "timestamptz",
} satisfies Columns;
const TABLE = { table: "uploads", key: ["id"], columns: COLUMNS };
/** What is set when an upload comes onto a message. */
const PLACE = {
  ...TABLE,
  columns: {
    id: "text",
    message_id: "text",
    channel_id: "text",
    attached_version: "bigint",
    attached_at: "timestamptz",
  } satisfies Columns,
};

/** An upload that exists; on a message it has a place. */
export interface UploadRow {
  readonly id: string;
  readonly workspace_id: string;
  readonly owner_id: string;
  readonly filename: string;
  readonly content_type: string;
  readonly byte_size: number;
  readonly sha256: string;
  readonly nonce: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly duration_ms: number | null;
  /** A text in what Postgres gave as JSON. */
  readonly created_at: Date | string;
  readonly message_id: string | null;
  readonly channel_id: string | null;
}

const create = async (db: Db, schema: string): Promise<void> => {
  const bound = db.withSchema(schema).schema;
  await bound
    .createTable("uploads")
    .addColumn("id", "text", (col) => col.primaryKey())
    .addColumn("workspace_id", "text", (col) => col.notNull())
    .addColumn("owner_id", "text", (col) => col.notNull())
    .addColumn("filename", "text", (col) => col.notNull())
    .addColumn("content_type", "text", (col) => col.notNull())
    .addColumn("byte_size", "bigint", (col) => col.notNull())
    .addColumn("sha256", "text", (col) => col.notNull())
    .addColumn("nonce", "text")
    .addColumn("width", "integer")
    .addColumn("height", "integer")
    .addColumn("duration_ms", "bigint")
    .addColumn("created_at", "timestamptz", (col) => col.notNull())
    .addColumn("message_id", "text")
    .addColumn("channel_id", "text")
    .addColumn("attached_version", "bigint")
    .addColumn("attached_at", "timestamptz")
    .execute();
  const index = (name: string) => bound.createIndex(name).on("uploads");
  await index("uploads_by_message").column("message_id").where("message_id", "is not", null).execute();
  await index("uploads_by_workspace").column("workspace_id").execute();
  await index("uploads_by_nonce")
    .columns(["workspace_id", "owner_id", "nonce"])
    .where("nonce", "is not", null)
    .execute();
};

const newRow = ({ workspace_id, at, payload }: WorkspaceEventOf<"upload.created">): Row => {
  const { upload_id: id, ...facts } = payload;
  return { ...facts, id, workspace_id, created_at: at };
};

/** Where an upload comes to stand: behind those that came onto the message before it. */
const placeOf = (event: WorkspaceEvent, messageId: string): Row => ({
  message_id: messageId,
  channel_id: event.channel_id,
  attached_version: event.version,
  attached_at: event.at,
});

const changes = (): Changes<WorkspaceEvent> => {
  const inserts = new Map<string, Row>();
  const places = new Map<string, Row>();
  const deletions = new Map<string, Row>();
  const place = (id: string, row: Row) => {
    const fresh = inserts.get(id);
    if (fresh) inserts.set(id, { ...fresh, ...row });
    else places.set(id, { id, ...row });
  };
  const remove = (id: string) => {
    inserts.delete(id);
    places.delete(id);
    deletions.set(id, { id });
  };
  return {
    fold(event) {
      switch (event.type) {
        case "upload.created":
          return void inserts.set(event.payload.upload_id, newRow(event));
        case "upload.deleted":
          return remove(event.payload.upload_id);
        case "message.created":
        case "thread.reply_created": {
          const { message_id, attachments = [] } = event.payload;
          for (const { upload_id } of attachments) place(upload_id, placeOf(event, message_id));
          return;
        }
        case "message.attachment_added":
          return place(event.payload.upload_id, placeOf(event, event.payload.message_id));
        case "message.deleted":
          for (const { upload_id } of event.payload.removed_uploads ?? []) remove(upload_id);
      }
    },
    async write(db, schema) {
      await insertRows(db, { schema, ...TABLE }, [...inserts.values()], "keep");
      await updateRows(db, { schema, ...PLACE }, [...places.values()]);
      await deleteRows(db, { schema, ...TABLE }, [...deletions.values()]);
    },
  };
};

/** Uploads that exist, and the messages that they are on. */
export const Uploads: ReadModel<WorkspaceEvent> = { tables: { uploads: TABLE.key }, create, changes };

const rowsOf = (db: Db) => db.selectFrom("chat.uploads").selectAll();

export const findUpload = async (db: Db, id: string): Promise<UploadRow | undefined> =>
  (await rowsOf(db).where("id", "=", id).executeTakeFirst()) as UploadRow | undefined;

/** The newest upload that its owner gave this nonce. */
export const findUploadByNonce = async (
  db: Db,
  {
    workspaceId,
    ownerId,
    nonce,
  }: { readonly workspaceId: string; readonly ownerId: string; readonly nonce: string },
): Promise<UploadRow | undefined> =>
  (await rowsOf(db)
    .where("workspace_id", "=", workspaceId)
    .where("owner_id", "=", ownerId)
    .where("nonce", "=", nonce)
    .orderBy("id", "desc")
    .executeTakeFirst()) as UploadRow | undefined;

/** What is on each of these messages, or was `asOf` a moment, in the order in which it came there. */
export const attachmentsOf = async (
  db: Db,
  messageIds: ReadonlyArray<string>,
  asOf?: Moment,
): Promise<ReadonlyMap<string, ReadonlyArray<UploadRow>>> => {
  if (messageIds.length === 0) return new Map();
  let rows = rowsOf(db).where("message_id", "=", sql<string>`any(${messageIds}::text[])`);
  if (asOf) rows = rows.where(hadHappenedIn(asOf, "attached_version", "attached_at"));
  const found = await rows.orderBy("attached_version").orderBy("id").execute();
  return uploadsByMessage(found as unknown as ReadonlyArray<UploadRow>);
};

/** Uploads by the message that they are on, in their own order. */
export const uploadsByMessage = (
  rows: ReadonlyArray<UploadRow>,
): ReadonlyMap<string, ReadonlyArray<UploadRow>> => {
  const found = new Map<string, Array<UploadRow>>();
  for (const row of rows) found.set(row.message_id!, [...(found.get(row.message_id!) ?? []), row]);
  return found;
};

/** The files of a workspace, so many at the most. */
export const uploadsIn = async (
  db: Db,
  workspaceId: string,
  limit: number,
): Promise<ReadonlyArray<string>> => {
  const rows = await db
    .selectFrom("chat.uploads")
    .select("id")
    .where("workspace_id", "=", workspaceId)
    .limit(limit)
    .execute();
  return rows.map((row) => row["id"] as string);
};

/** Which of these uploads exist. */
export const existingUploads = async (db: Db, ids: ReadonlyArray<string>): Promise<ReadonlySet<string>> => {
  const rows = await db
    .selectFrom("chat.uploads")
    .select("id")
    .where("id", "=", sql<string>`any(${ids}::text[])`)
    .execute();
  return new Set(rows.map((row) => row["id"] as string));
};

/** What rules need to know of uploads that an actor let go; ids that name none come with null. */
export const readUploads = async (
  db: Db,
  ids: ReadonlyArray<string>,
): Promise<ReadonlyArray<RestoredUpload>> => {
  if (ids.length === 0) return [];
  const rows = (await rowsOf(db)
    .where("id", "=", sql<string>`any(${ids}::text[])`)
    .execute()) as unknown as ReadonlyArray<UploadRow>;
  const found = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => {
    const row = found.get(id);
    if (!row) return { id, upload: null };
    const place = row.message_id === null ? {} : { messageId: row.message_id };
    return { id, upload: { ownerId: row.owner_id, byteSize: row.byte_size, ...place } };
  });
};

/** An upload as clients are told of it. */
export const uploadView = (row: UploadRow): Upload => ({
  id: row.id,
  workspace_id: row.workspace_id,
  owner_id: row.owner_id,
  filename: row.filename,
  content_type: row.content_type,
  byte_size: row.byte_size,
  created_at: new Date(row.created_at).toISOString(),
  ...(row.nonce !== null && { nonce: row.nonce }),
  ...(row.width !== null && { width: row.width }),
  ...(row.height !== null && { height: row.height }),
  ...(row.duration_ms !== null && { duration_ms: row.duration_ms }),
});
