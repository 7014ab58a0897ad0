import { insertRows, type Row } from "@clickclack/database/bulk";
import type { Db } from "@clickclack/database/Database";
import type { Changes, ReadModel } from "@clickclack/database/ReadModel";
import type { Audience, WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { sql } from "kysely";

const TABLE = {
  table: "mentions",
  key: ["message_id", "target"],
  columns: {
    message_id: "text",
    target: "text",
    workspace_id: "text",
    channel_id: "text",
    channel_seq: "bigint",
    author_id: "text",
    created_at: "timestamptz",
  },
};

const create = async (db: Db, schema: string): Promise<void> => {
  const bound = db.withSchema(schema).schema;
  await bound
    .createTable("mentions")
    .addColumn("message_id", "text", (col) => col.notNull())
    .addColumn("target", "text", (col) => col.notNull())
    .addColumn("workspace_id", "text", (col) => col.notNull())
    .addColumn("channel_id", "text", (col) => col.notNull())
    .addColumn("channel_seq", "bigint")
    .addColumn("author_id", "text", (col) => col.notNull())
    .addColumn("created_at", "timestamptz", (col) => col.notNull())
    .addPrimaryKeyConstraint("mentions_pkey", ["message_id", "target"])
    .execute();
  await bound
    .createIndex("mentions_by_target")
    .on("mentions")
    .columns(["workspace_id", "target", "created_at", "message_id"])
    .execute();
  await bound
    .createIndex("mentions_by_channel")
    .on("mentions")
    .columns(["channel_id", "target", "channel_seq", "author_id"])
    .where("channel_seq", "is not", null)
    .execute();
};

interface Mentioning {
  readonly mentioned_user_ids?: ReadonlyArray<string>;
  readonly mentioned_audiences?: ReadonlyArray<Audience>;
}

const targetsOf = ({ mentioned_user_ids: users = [], mentioned_audiences: audiences = [] }: Mentioning) => [
  ...users,
  ...audiences.map((audience) => `@${audience}`),
];

const changes = (): Changes<WorkspaceEvent> => {
  const rows = new Map<string, ReadonlyArray<Row>>();
  const replaced = new Set<string>();
  /** Whom a message calls is what its present text says, so an edit replaces it; when it was said stays. */
  const edits: Array<{ readonly id: string; readonly targets: ReadonlyArray<string> }> = [];
  return {
    fold(event) {
      switch (event.type) {
        case "message.created":
        case "thread.reply_created": {
          const { message_id, author_id } = event.payload;
          const { workspace_id, channel_id, at: created_at } = event;
          const channel_seq = event.type === "message.created" ? event.payload.channel_seq : undefined;
          const base = { message_id, workspace_id, channel_id, channel_seq, author_id, created_at };
          return void rows.set(
            message_id,
            targetsOf(event.payload).map((target) => ({ ...base, target })),
          );
        }
        case "message.updated":
          return void edits.push({ id: event.payload.message_id, targets: targetsOf(event.payload) });
        case "message.deleted":
          rows.delete(event.payload.message_id);
          return void replaced.add(event.payload.message_id);
      }
    },
    async write(db, schema) {
      await insertRows(db, { schema, ...TABLE }, [...rows.values()].flat(), "overwrite");
      for (const { id, targets } of edits) await replaceTargets(db, schema, id, targets);
      if (replaced.size === 0) return;
      await db
        .withSchema(schema)
        .deleteFrom("mentions")
        .where("message_id", "=", sql<string>`any(${[...replaced]}::text[])`)
        .execute();
    },
  };
};

const replaceTargets = async (
  db: Db,
  schema: string,
  id: string,
  targets: ReadonlyArray<string>,
): Promise<void> => {
  const bound = db.withSchema(schema);
  await bound.deleteFrom("mentions").where("message_id", "=", id).execute();
  await bound
    .insertInto("mentions")
    .columns(Object.keys(TABLE.columns))
    .expression((eb) =>
      eb
        .selectFrom("messages")
        .select([
          "id",
          sql`unnest(${targets}::text[])`.as("target"),
          "workspace_id",
          "channel_id",
          "channel_seq",
          "author_id",
          "created_at",
        ])
        .where("id", "=", id),
    )
    .execute();
};

/** Whom messages call: users by id, audiences as `@channel`, `@here` and `@everyone`. */
export const Mentions: ReadModel<WorkspaceEvent> = { tables: { mentions: TABLE.key }, create, changes };

/** Where a page of mentions ends: the time and id of its last message. */
export interface MentionCursor {
  readonly at: string;
  readonly id: string;
}

/** Ids of the messages of a workspace that call this user, newest first; `channels` are those that it sees. */
export const listMentions = async (
  db: Db,
  user: { readonly workspaceId: string; readonly userId: string; readonly channels: ReadonlyArray<string> },
  page: { readonly limit: number; readonly before?: MentionCursor },
): Promise<ReadonlyArray<MentionCursor>> => {
  const targets = [user.userId, "@channel", "@here", "@everyone"];
  let query = db
    .selectFrom("chat.mentions")
    .select(["message_id as id", "created_at"])
    .distinct()
    .where("workspace_id", "=", user.workspaceId)
    .where("target", "in", targets)
    .where("author_id", "!=", user.userId)
    .where("channel_id", "=", sql<string>`any(${user.channels}::text[])`);
  if (page.before)
    query = query.where(
      sql<boolean>`(created_at, message_id) < (${page.before.at}::timestamptz, ${page.before.id})`,
    );
  const rows = await query
    .orderBy("created_at", "desc")
    .orderBy("message_id", "desc")
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({ id: row["id"] as string, at: (row["created_at"] as Date).toISOString() }));
};
