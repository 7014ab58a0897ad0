import type { Db } from "@clickclack/database/Database";
import type {
  Message,
  MessagePage,
  ReactionSummary,
  ThreadState,
  User,
} from "@clickclack/protocol/http/shapes";
import { isId } from "@clickclack/protocol/Ids";
import { type SelectQueryBuilder, sql } from "kysely";
import { placeOf } from "../direct/placeOf.ts";
import type { RestoredHead, RestoredUpload } from "../WorkspaceSnapshot.ts";
import { type FindUsers, findUsers } from "./findUsers.ts";
import { MESSAGE_COLUMNS } from "./Messages.ts";
import { hadHappenedIn, type Moment } from "./Moment.ts";
import { reactionSummariesAsOf } from "./ReactionChanges.ts";
import { reactionSummaries, reactorsOf } from "./Reactions.ts";
import { lastNumberAsOf, rowsAsOf, type Timeline as Numbered } from "./timelineAsOf.ts";
import { PREPARED } from "@clickclack/database/Database";
import { attachmentsOf, readUploads, type UploadRow, uploadView } from "./Uploads.ts";

/** Which part of a timeline: around, after or before a sequence number, or its newest end. */
export type Window =
  | { readonly _tag: "Latest" }
  | { readonly _tag: "Earliest" }
  | { readonly _tag: "After" | "Before" | "Around"; readonly seq: number };

export interface MessageRow {
  readonly id: string;
  readonly workspace_id: string;
  readonly channel_id: string;
  readonly root_id: string;
  readonly author_id: string;
  readonly channel_seq: number | null;
  readonly thread_seq: number | null;
  readonly body: string;
  readonly created_at: Date;
  readonly edited_at: Date | null;
  readonly deleted_at: Date | null;
  readonly nonce: string | null;
  readonly kind: string | null;
  readonly turn_id: string | null;
  readonly topic_id: string | null;
  readonly quoted_message_id: string | null;
  readonly quoted_body_snapshot: string | null;
  readonly quoted_author_id: string | null;
  readonly reply_count: number;
  readonly last_thread_seq: number;
  readonly last_reply_at: Date | null;
  readonly last_reply_author_ids: ReadonlyArray<string>;
  /** How many uploads are on it. */
  readonly attachments: number;
  /** Of the event that created it. */
  readonly version: number;
  /** Whether anybody ever reacted to it. */
  readonly reacted: boolean;
}

/** What other tables know of messages. */
interface Decorations {
  readonly users: ReadonlyMap<string, User>;
  readonly reactions: ReadonlyMap<string, ReadonlyArray<ReactionSummary>>;
  readonly attachments: ReadonlyMap<string, ReadonlyArray<UploadRow>>;
}

/** A row of a page, which brings along what else there is to show of it. */
interface PageRow extends MessageRow {
  readonly page_reactions: ReadonlyArray<ReactionSummary> | null;
  readonly page_uploads: ReadonlyArray<UploadRow> | null;
}

const threadState = (row: MessageRow): ThreadState => ({
  root_message_id: row.id,
  reply_count: row.reply_count,
  ...(row.last_reply_at && { last_reply_at: row.last_reply_at.toISOString() }),
  last_reply_author_ids: row.last_reply_author_ids,
});

const view = (row: MessageRow, { users, reactions, attachments }: Decorations): Message => {
  const author = users.get(row.author_id);
  const quotedAuthor = row.quoted_author_id === null ? undefined : users.get(row.quoted_author_id);
  return {
    id: row.id,
    workspace_id: row.workspace_id,
    ...placeOf(row.channel_id),
    author_id: row.author_id,
    thread_root_id: row.root_id,
    ...(row.root_id !== row.id && { parent_message_id: row.root_id }),
    ...(row.channel_seq !== null && { channel_seq: row.channel_seq }),
    ...(row.thread_seq !== null && { thread_seq: row.thread_seq }),
    body: row.body,
    body_format: "markdown",
    created_at: row.created_at.toISOString(),
    ...(row.edited_at && { edited_at: row.edited_at.toISOString() }),
    ...(row.deleted_at && { deleted_at: row.deleted_at.toISOString() }),
    ...(row.nonce !== null && { nonce: row.nonce }),
    ...(row.kind !== null && { kind: row.kind }),
    ...(row.turn_id !== null && { turn_id: row.turn_id }),
    ...(row.topic_id !== null && { topic_id: row.topic_id }),
    ...(row.quoted_message_id !== null && { quoted_message_id: row.quoted_message_id }),
    ...(row.quoted_body_snapshot !== null && { quoted_body_snapshot: row.quoted_body_snapshot }),
    ...(row.quoted_author_id !== null && { quoted_author_id: row.quoted_author_id }),
    ...(quotedAuthor && { quoted_author: quotedAuthor }),
    ...(author && { author }),
    ...(row.root_id === row.id && { thread_state: threadState(row) }),
    ...(attachments.has(row.id) && { attachments: attachments.get(row.id)!.map(uploadView) }),
    reactions: reactions.get(row.id) ?? [],
  };
};

const peopleIn = (rows: ReadonlyArray<MessageRow>): ReadonlyArray<string> => [
  ...new Set(rows.flatMap((row) => [row.author_id, row.quoted_author_id ?? []].flat())),
];

/** Rows as messages, with what other tables know of them, in the rows' order; as they stood `asOf` a moment, or now. */
export const decorate = async (
  db: Db,
  rows: ReadonlyArray<MessageRow>,
  userId: string,
  asOf?: Moment,
): Promise<ReadonlyArray<Message>> => {
  const idsOf = (some: ReadonlyArray<MessageRow>) => some.map((row) => row.id);
  const reacted = idsOf(rows.filter((row) => row.reacted));
  const carrying = idsOf(rows.filter((row) => row.attachments > 0));
  const [users, reactions, attachments, stood] = await Promise.all([
    findUsers(db, peopleIn(rows)),
    asOf ? reactionSummariesAsOf(db, reacted, userId, asOf) : reactionSummaries(db, reacted, userId),
    attachmentsOf(db, carrying, asOf),
    asOf ? rowsAsOf(db, rows, asOf) : rows,
  ]);
  return stood.map((row) => view(row, { users, reactions, attachments }));
};

// oxlint-disable-next-line typescript/no-explicit-any
type Timeline = SelectQueryBuilder<any, any, MessageRow>;

/** The reactions and uploads of those rows that have any, in the statement that reads them: one more would cost half as much again. */
const pageColumns = (userId: string) => [
  sql`case when chat.messages.reacted then (
    select json_agg(s) from (
      select r.emoji, count(*)::int as count, bool_or(r.user_id = ${userId}) as reacted_by_me
      from chat.reactions r where r.message_id = chat.messages.id
      group by r.emoji order by min(r.created_at), r.emoji
    ) s) end`.as("page_reactions"),
  sql`case when chat.messages.attachments > 0 then (
    select json_agg(a order by a.attached_version, a.id) from chat.uploads a
    where a.message_id = chat.messages.id) end`.as("page_uploads"),
];

/** Reads rows of a page, and shows them as messages. */
class PageReader {
  readonly #db: Db;
  readonly #userId: string;
  readonly #asOf: Moment | undefined;
  readonly #findUsers: FindUsers;

  constructor(db: Db, userId: string, { asOf, users }: PageOptions) {
    this.#db = db;
    this.#userId = userId;
    this.#asOf = asOf;
    this.#findUsers = users ?? ((ids) => findUsers(db, ids));
  }

  async rows(query: Timeline): Promise<Array<MessageRow>> {
    if (this.#asOf) return query.execute();
    return query.select(pageColumns(this.#userId)).modifyFront(PREPARED).execute();
  }

  async messages(rows: ReadonlyArray<MessageRow>): Promise<ReadonlyArray<Message>> {
    if (this.#asOf) return decorate(this.#db, rows, this.#userId, this.#asOf);
    const page = rows as ReadonlyArray<PageRow>;
    const decorations = {
      users: await this.#findUsers(peopleIn(page)),
      reactions: new Map(page.map((row) => [row.id, row.page_reactions ?? []])),
      attachments: new Map(page.flatMap((row) => (row.page_uploads ? [[row.id, row.page_uploads]] : []))),
    };
    return page.map((row) => view(row, decorations));
  }
}

/** A window of at most `limit` rows of a timeline, ascending by `column`, and whether more lie on each side. */
const windowOf = async (
  reader: PageReader,
  timeline: Timeline,
  column: "channel_seq" | "thread_seq",
  { window, limit }: PageOptions,
) => {
  const below = (seq: number | undefined) =>
    (seq === undefined ? timeline : timeline.where(column, "<", seq)).orderBy(column, "desc");
  const above = (seq: number) => timeline.where(column, ">", seq).orderBy(column, "asc");
  const older = (seq: number | undefined, count: number) => reader.rows(below(seq).limit(count));
  const newer = (seq: number, count: number) => reader.rows(above(seq).limit(count));
  const isThere = async (query: Timeline) => (await query.limit(1).execute()).length > 0;
  switch (window._tag) {
    case "Latest":
    case "Before": {
      const rows = await older(window._tag === "Before" ? window.seq : undefined, limit + 1);
      const hasOlder = rows.length > limit;
      const page = rows.slice(0, limit).toReversed();
      const last = page.at(-1)?.[column];
      const hasNewer = window._tag === "Before" && (await isThere(above(last ?? window.seq - 1)));
      return { rows: page, hasOlder, hasNewer };
    }
    case "Earliest":
    case "After": {
      const seq = window._tag === "After" ? window.seq : 0;
      const rows = await newer(seq, limit + 1);
      const page = rows.slice(0, limit);
      const hasOlder = await isThere(below(page[0]?.[column] ?? seq + 1));
      return { rows: page, hasOlder, hasNewer: rows.length > limit };
    }
    case "Around": {
      const before = await older(window.seq, Math.floor(limit / 2) + 1);
      const hasOlder = before.length > Math.floor(limit / 2);
      const head = before.slice(0, Math.floor(limit / 2)).toReversed();
      const rows = await newer(window.seq - 1, limit - head.length + 1);
      const tail = rows.slice(0, limit - head.length);
      return { rows: [...head, ...tail], hasOlder, hasNewer: rows.length > tail.length };
    }
  }
};

const rowsOf = (db: Db): Timeline =>
  db.selectFrom("chat.messages").select(Object.keys(MESSAGE_COLUMNS)) as unknown as Timeline;

/** The messages of a timeline that were there by then. */
const upTo = async (db: Db, timeline: Numbered, asOf: Moment | undefined): Promise<Timeline> => {
  const { scope, id, number } = timeline;
  const all = rowsOf(db).where(scope, "=", id).where(number, "is not", null);
  if (!asOf) return all;
  const last = await lastNumberAsOf(db, timeline, asOf);
  return all.where(number, "<=", last).where(hadHappenedIn(asOf, "version", "created_at"));
};

/** Which messages of a timeline are asked for: as it stood `asOf` a moment, or now. */
export interface PageOptions {
  readonly window: Window;
  readonly limit: number;
  readonly asOf?: Moment;
  /** Where authors are looked up, when the read model need not be asked. */
  readonly users?: FindUsers;
}

/** A window of a channel's root messages, ascending. */
export const listMessages = async (
  db: Db,
  channelId: string,
  userId: string,
  options: PageOptions & { readonly topicId?: string },
): Promise<MessagePage> => {
  const reader = new PageReader(db, userId, options);
  let roots = await upTo(db, { scope: "channel_id", id: channelId, number: "channel_seq" }, options.asOf);
  if (options.topicId !== undefined) roots = roots.where("topic_id", "=", options.topicId);
  const { rows, hasOlder, hasNewer } = await windowOf(reader, roots, "channel_seq", options);
  return {
    messages: await reader.messages(rows),
    oldest_seq: rows[0]?.channel_seq ?? 0,
    newest_seq: rows.at(-1)?.channel_seq ?? 0,
    has_older: hasOlder,
    has_newer: hasNewer,
  };
};

/** A window of a thread's replies, ascending. */
export const listReplies = async (db: Db, rootId: string, userId: string, options: PageOptions) => {
  const reader = new PageReader(db, userId, options);
  const replies = await upTo(db, { scope: "root_id", id: rootId, number: "thread_seq" }, options.asOf);
  const { rows, hasOlder, hasNewer } = await windowOf(reader, replies, "thread_seq", options);
  return {
    replies: await reader.messages(rows),
    oldest_seq: rows[0]?.thread_seq ?? 0,
    newest_seq: rows.at(-1)?.thread_seq ?? 0,
    has_older: hasOlder,
    has_newer: hasNewer,
  };
};

export const findMessageRow = (db: Db, id: string): Promise<MessageRow | undefined> =>
  rowsOf(db).where("id", "=", id).executeTakeFirst();

/** These messages, in the order of the ids. */
export const findMessageRows = async (
  db: Db,
  ids: ReadonlyArray<string>,
): Promise<ReadonlyArray<MessageRow>> => {
  if (ids.length === 0) return [];
  const rows = await rowsOf(db)
    .where("id", "=", sql<string>`any(${ids}::text[])`)
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
};

/** When a user last posted in a channel; undefined if it never did. */
export const lastPostAt = async (db: Db, channelId: string, userId: string): Promise<string | undefined> => {
  const row = await rowsOf(db)
    .where("channel_id", "=", channelId)
    .where("channel_seq", "is not", null)
    .where("author_id", "=", userId)
    .orderBy("channel_seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.created_at.toISOString();
};

export const findByNonce = (
  db: Db,
  workspaceId: string,
  authorId: string,
  nonce: string,
): Promise<MessageRow | undefined> =>
  rowsOf(db)
    .where("workspace_id", "=", workspaceId)
    .where("author_id", "=", authorId)
    .where("nonce", "=", nonce)
    .orderBy("created_at", "desc")
    .executeTakeFirst();

/** What rules need to know of old messages and uploads, for the actor; ids that name nothing come with null. */
export const readParts = async (
  db: Db,
  ids: ReadonlyArray<string>,
): Promise<ReadonlyArray<RestoredHead | RestoredUpload>> => {
  const uploads = ids.filter((id) => isId("upl", id));
  const messages = ids.filter((id) => !isId("upl", id));
  return [...(await readHeads(db, messages)), ...(await readUploads(db, uploads))];
};

const readHeads = async (db: Db, ids: ReadonlyArray<string>): Promise<ReadonlyArray<RestoredHead>> => {
  if (ids.length === 0) return [];
  const rows = await rowsOf(db)
    .where("id", "=", sql<string>`any(${ids}::text[])`)
    .execute();
  const found = new Map((rows as Array<MessageRow>).map((row) => [row.id, row]));
  const reactions = await reactorsOf(db, ids);
  const attachments = await attachmentsOf(db, ids);
  return ids.map((id) => {
    const row = found.get(id);
    if (!row) return { id, head: null };
    return { id, head: headOf(row, reactions.get(id) ?? new Map(), attachments.get(id) ?? []) };
  });
};

const headOf = (
  row: MessageRow,
  reactions: ReadonlyMap<string, ReadonlySet<string>>,
  uploads: ReadonlyArray<UploadRow>,
): NonNullable<RestoredHead["head"]> => ({
  authorId: row.author_id,
  channelId: row.channel_id,
  rootId: row.root_id,
  deleted: row.deleted_at !== null,
  replyCount: row.reply_count,
  lastThreadSeq: row.last_thread_seq,
  ...(row.last_reply_at && { lastReplyAt: row.last_reply_at.toISOString() }),
  lastReplyAuthorIds: row.last_reply_author_ids,
  reactions,
  attachments: uploads.map(({ id, byte_size }) => ({ upload_id: id, byte_size })),
});
