import { type Columns, insertRows, type Row, updateRows } from "@clickclack/database/bulk";
import type { Db } from "@clickclack/database/Database";
import type { Changes, ReadModel } from "@clickclack/database/ReadModel";
import type { WorkspaceEvent, WorkspaceEventOf } from "@clickclack/protocol/events/WorkspaceEvents";
import { sql } from "kysely";

/** What is written, and read back of a message; its `words` are made by Postgres, for searching alone. */
export const MESSAGE_COLUMNS = {
  id: "text",
  workspace_id: "text",
  channel_id: "text",
  root_id: "text",
  author_id: "text",
  channel_seq: "bigint",
  thread_seq: "bigint",
  body: "text",
  created_at: "timestamptz",
  edited_at: "timestamptz",
  deleted_at: "timestamptz",
  nonce: "text",
  kind: "text",
  turn_id: "text",
  topic_id: "text",
  quoted_message_id: "text",
  quoted_body_snapshot: "text",
  quoted_author_id: "text",
  reply_count: "integer",
  last_thread_seq: "bigint",
  last_reply_at: "timestamptz",
  last_reply_author_ids: "jsonb",
  attachments: "integer",
  version: "bigint",
  reacted: "boolean",
  meta: "text",
};
const TABLE = { table: "messages", key: ["id"], columns: MESSAGE_COLUMNS };

const create = async (db: Db, schema: string): Promise<void> => {
  const bound = db.withSchema(schema).schema;
  await bound
    .createTable("messages")
    .addColumn("id", "text", (col) => col.primaryKey())
    .addColumn("workspace_id", "text", (col) => col.notNull())
    .addColumn("channel_id", "text", (col) => col.notNull())
    .addColumn("root_id", "text", (col) => col.notNull())
    .addColumn("author_id", "text", (col) => col.notNull())
    .addColumn("channel_seq", "bigint")
    .addColumn("thread_seq", "bigint")
    .addColumn("body", "text", (col) => col.notNull())
    .addColumn("created_at", "timestamptz", (col) => col.notNull())
    .addColumn("edited_at", "timestamptz")
    .addColumn("deleted_at", "timestamptz")
    .addColumn("nonce", "text")
    .addColumn("kind", "text")
    .addColumn("turn_id", "text")
    .addColumn("topic_id", "text")
    .addColumn("quoted_message_id", "text")
    .addColumn("quoted_body_snapshot", "text")
    .addColumn("quoted_author_id", "text")
    .addColumn("reply_count", "integer", (col) => col.notNull())
    .addColumn("last_thread_seq", "bigint", (col) => col.notNull())
    .addColumn("last_reply_at", "timestamptz")
    .addColumn("last_reply_author_ids", "jsonb", (col) => col.notNull())
    .addColumn("attachments", "integer", (col) => col.notNull())
    .addColumn("version", "bigint", (col) => col.notNull())
    .addColumn("reacted", "boolean", (col) => col.notNull())
    // JSON as it was said: a jsonb would sort its keys, and what is signed would read otherwise than when it was delivered.
    .addColumn("meta", "text")
    .addColumn("words", sql`tsvector`, (col) =>
      col.generatedAlwaysAs(sql`to_tsvector('simple', body)`).stored(),
    )
    .execute();
  await createIndexes(db, schema);
};

const createIndexes = async (db: Db, schema: string): Promise<void> => {
  const index = (name: string) => db.withSchema(schema).schema.createIndex(name).on("messages");
  await index("messages_by_channel")
    .columns(["channel_id", "channel_seq"])
    .where("channel_seq", "is not", null)
    .execute();
  // Root messages and replies as they came.
  await index("messages_as_they_came").columns(["channel_id", "version"]).execute();
  await index("messages_by_author")
    .columns(["channel_id", "author_id", "channel_seq"])
    .where("channel_seq", "is not", null)
    .execute();
  await index("messages_deleted")
    .columns(["channel_id", "channel_seq", "author_id"])
    .where(sql<boolean>`deleted_at is not null`)
    .execute();
  await index("messages_by_thread")
    .columns(["root_id", "thread_seq"])
    .where("thread_seq", "is not", null)
    .execute();
  await index("replies_by_time")
    .columns(["root_id", "created_at", "id"])
    .where(sql.ref("thread_seq"), "is not", null)
    .execute();
  await index("messages_by_time").columns(["workspace_id", "created_at", "id"]).execute();
  await index("messages_by_words").using("gin").column("words").execute();
  // A route id is the end of an id: `findRoutedMessage` asks for it in these words.
  await index("messages_by_route")
    .expression(sql`right(id, 16)`)
    .execute();
  await index("messages_by_nonce")
    .columns(["workspace_id", "author_id", "nonce"])
    .where("nonce", "is not", null)
    .execute();
};

type Created = WorkspaceEventOf<"message.created"> | WorkspaceEventOf<"thread.reply_created">;

const newRow = (event: Created): Row => {
  const { payload } = event;
  const { message_id: id, author_id, body, nonce, kind, turn_id, topic_id } = payload;
  const place =
    event.type === "message.created"
      ? { root_id: id, channel_seq: event.payload.channel_seq }
      : { root_id: event.payload.root_message_id, thread_seq: event.payload.thread_seq };
  return {
    id,
    workspace_id: event.workspace_id,
    channel_id: event.channel_id,
    author_id,
    body,
    created_at: event.at,
    ...place,
    nonce,
    kind,
    turn_id,
    topic_id,
    quoted_message_id: payload.quoted_message_id,
    quoted_body_snapshot: payload.quoted_body_snapshot,
    quoted_author_id: payload.quoted_author_id,
    reply_count: 0,
    last_thread_seq: 0,
    last_reply_author_ids: "[]",
    attachments: payload.attachments?.length ?? 0,
    version: event.version,
    reacted: false,
    meta: payload.meta && JSON.stringify(payload.meta),
  };
};

/** Columns that are changed together, so that one statement serves all messages that were changed so. */
const EDIT = ["body", "edited_at"];
const DELETION = ["body", "deleted_at", "attachments", "meta"];
const ATTACHMENTS = ["attachments"];
const REACTED = ["reacted"];
const THREAD = ["reply_count", "last_reply_at", "last_reply_author_ids"];
const THREAD_SEQ = ["last_thread_seq"];
const GROUPS: ReadonlyArray<ReadonlyArray<string>> = [
  EDIT,
  THREAD_SEQ,
  THREAD,
  ATTACHMENTS,
  REACTED,
  DELETION,
];

const columnsOf = (group: ReadonlyArray<string>): Columns =>
  Object.fromEntries(
    ["id", ...group].map((name) => [name, MESSAGE_COLUMNS[name as keyof typeof MESSAGE_COLUMNS]]),
  );

const changes = (): Changes<WorkspaceEvent> => {
  const inserts = new Map<string, Row>();
  const updates = new Map(GROUPS.map((group) => [group, new Map<string, Row>()]));
  /** A message of this batch is written once, as it is at the end of it. */
  const change = (id: string, group: ReadonlyArray<string>, row: Row) => {
    const fresh = inserts.get(id);
    if (fresh) inserts.set(id, { ...fresh, ...row });
    else updates.get(group)!.set(id, { id, ...row });
  };
  return {
    fold(event) {
      switch (event.type) {
        case "message.created":
          return void inserts.set(event.payload.message_id, newRow(event));
        case "thread.reply_created":
          inserts.set(event.payload.message_id, newRow(event));
          return change(event.payload.root_message_id, THREAD_SEQ, {
            last_thread_seq: event.payload.thread_seq,
          });
        case "thread.state_updated": {
          const { root_message_id, reply_count, last_reply_at, last_reply_author_ids } = event.payload;
          const authors = JSON.stringify(last_reply_author_ids);
          return change(root_message_id, THREAD, {
            reply_count,
            last_reply_at,
            last_reply_author_ids: authors,
          });
        }
        case "message.updated":
          return change(event.payload.message_id, EDIT, { body: event.payload.body, edited_at: event.at });
        case "reaction.added":
          return change(event.payload.message_id, REACTED, { reacted: true });
        case "message.attachment_added": {
          const { message_id, attachment_count: attachments } = event.payload;
          return change(message_id, ATTACHMENTS, { attachments });
        }
        case "message.deleted":
          return change(event.payload.message_id, DELETION, {
            body: "",
            deleted_at: event.at,
            attachments: 0,
            meta: null,
          });
      }
    },
    async write(db, schema) {
      await insertRows(db, { schema, ...TABLE }, [...inserts.values()], "keep");
      for (const [group, rows] of updates) {
        await updateRows(db, { schema, ...TABLE, columns: columnsOf(group) }, [...rows.values()]);
      }
    },
  };
};

/** Messages, roots and replies, with the state of their threads. */
export const Messages: ReadModel<WorkspaceEvent> = { tables: { messages: TABLE.key }, create, changes };
