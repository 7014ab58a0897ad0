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
import { type PageRow, readPage } from "./pageRows.ts";
import { reactionSummariesAsOf } from "./ReactionChanges.ts";
import { reactionSummaries, reactorsOf } from "./Reactions.ts";
import { lastNumberAsOf, rowsAsOf, type Timeline as Numbered } from "./timelineAsOf.ts";
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
  /** JSON. */
  readonly meta: string | null;
}

/** What other tables know of messages. */
interface Decorations {
  readonly users: ReadonlyMap<string, User>;
  readonly reactions: ReadonlyMap<string, ReadonlyArray<ReactionSummary>>;
  readonly attachments: ReadonlyMap<string, ReadonlyArray<UploadRow>>;
}

/** What is shown of a row. */
type ShownRow = Omit<PageRow, "page_reactions" | "page_uploads">;

const threadState = (row: ShownRow): ThreadState => ({
  root_message_id: row.id,
  reply_count: row.reply_count,
  ...(row.last_reply_at && { last_reply_at: row.last_reply_at.toISOString() }),
  last_reply_author_ids: row.last_reply_author_ids,
});

const view = (row: ShownRow, { users, reactions, attachments }: Decorations): Message => {
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

const peopleIn = (rows: ReadonlyArray<ShownRow>): ReadonlyArray<string> => [
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

/** Reads rows of a timeline, and shows them as messages: as it stood at a moment, or now. */
class PageReader {
  readonly #db: Db;
  readonly #userId: string;
  readonly #timeline: Numbered;
  readonly #options: PageOptions;
  readonly #rows: Timeline;

  private constructor(db: Db, userId: string, timeline: Numbered, options: PageOptions, rows: Timeline) {
    this.#db = db;
    this.#userId = userId;
    this.#timeline = timeline;
    this.#options = options;
    this.#rows = rows;
  }

  static async open(db: Db, userId: string, timeline: Numbered, options: PageOptions): Promise<PageReader> {
    const all = await upTo(db, timeline, options.asOf);
    const rows = options.topicId === undefined ? all : all.where("topic_id", "=", options.topicId);
    return new PageReader(db, userId, timeline, options, rows);
  }

  /** The nearest rows below a number, or the newest of all; the highest first. */
  below(seq: number | undefined, limit: number): Promise<ReadonlyArray<ShownRow>> {
    if (!this.#options.asOf) return this.#page("below", seq, limit);
    return this.#rowsBelow(seq).limit(limit).execute();
  }

  /** The nearest rows above a number; the lowest first. */
  above(seq: number, limit: number): Promise<ReadonlyArray<ShownRow>> {
    if (!this.#options.asOf) return this.#page("above", seq, limit);
    return this.#rowsAbove(seq).limit(limit).execute();
  }

  async hasBelow(seq: number): Promise<boolean> {
    return (await this.#rowsBelow(seq).limit(1).execute()).length > 0;
  }

  async hasAbove(seq: number): Promise<boolean> {
    return (await this.#rowsAbove(seq).limit(1).execute()).length > 0;
  }

  async messages(rows: ReadonlyArray<ShownRow>): Promise<ReadonlyArray<Message>> {
    const { asOf, users = (ids) => findUsers(this.#db, ids) } = this.#options;
    if (asOf) return decorate(this.#db, rows as ReadonlyArray<MessageRow>, this.#userId, asOf);
    const page = rows as ReadonlyArray<PageRow>;
    const decorations = {
      users: await users(peopleIn(page)),
      reactions: new Map(page.map((row) => [row.id, row.page_reactions ?? []])),
      attachments: new Map(page.flatMap((row) => (row.page_uploads ? [[row.id, row.page_uploads]] : []))),
    };
    return page.map((row) => view(row, decorations));
  }

  #page(direction: "below" | "above", seq: number | undefined, limit: number) {
    const { topicId } = this.#options;
    return readPage(this.#db, {
      timeline: this.#timeline,
      topicId,
      userId: this.#userId,
      direction,
      seq,
      limit,
    });
  }

  #rowsBelow(seq: number | undefined): Timeline {
    const { number } = this.#timeline;
    const rows = seq === undefined ? this.#rows : this.#rows.where(number, "<", seq);
    return rows.orderBy(number, "desc");
  }

  #rowsAbove(seq: number): Timeline {
    const { number } = this.#timeline;
    return this.#rows.where(number, ">", seq).orderBy(number, "asc");
  }
}

/** A window of at most `limit` rows of a timeline, ascending, and whether more lie on each side. */
const windowOf = async (
  reader: PageReader,
  column: "channel_seq" | "thread_seq",
  { window, limit }: PageOptions,
) => {
  switch (window._tag) {
    case "Latest":
    case "Before": {
      const rows = await reader.below(window._tag === "Before" ? window.seq : undefined, limit + 1);
      const page = rows.slice(0, limit).toReversed();
      const last = page.at(-1)?.[column];
      const hasNewer = window._tag === "Before" && (await reader.hasAbove(last ?? window.seq - 1));
      return { rows: page, hasOlder: rows.length > limit, hasNewer };
    }
    case "Earliest":
    case "After": {
      const seq = window._tag === "After" ? window.seq : 0;
      const rows = await reader.above(seq, limit + 1);
      const page = rows.slice(0, limit);
      const hasOlder = await reader.hasBelow(page[0]?.[column] ?? seq + 1);
      return { rows: page, hasOlder, hasNewer: rows.length > limit };
    }
    case "Around": {
      const before = await reader.below(window.seq, Math.floor(limit / 2) + 1);
      const hasOlder = before.length > Math.floor(limit / 2);
      const head = before.slice(0, Math.floor(limit / 2)).toReversed();
      const rows = await reader.above(window.seq - 1, limit - head.length + 1);
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
  readonly topicId?: string;
  /** Where authors are looked up, when the read model need not be asked. */
  readonly users?: FindUsers;
}

/** A window of a channel's root messages, ascending. */
export const listMessages = async (
  db: Db,
  channelId: string,
  userId: string,
  options: PageOptions,
): Promise<MessagePage> => {
  const roots = { scope: "channel_id", id: channelId, number: "channel_seq" } as const;
  const reader = await PageReader.open(db, userId, roots, options);
  const { rows, hasOlder, hasNewer } = await windowOf(reader, "channel_seq", options);
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
  const replies = { scope: "root_id", id: rootId, number: "thread_seq" } as const;
  const reader = await PageReader.open(db, userId, replies, options);
  const { rows, hasOlder, hasNewer } = await windowOf(reader, "thread_seq", options);
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
