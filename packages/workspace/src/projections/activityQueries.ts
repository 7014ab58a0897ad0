import type { Db } from "@clickclack/database/Database";
import type { ActivityType } from "@clickclack/protocol/http/ActivityGroup";
import { type RawBuilder, sql } from "kysely";
import { followedThreads, type Reader, targetsOf } from "./followedThreads.ts";

/** Where an activity stands among all of a person's: by its time, then by what it is about. */
export interface ActivityPlace {
  /** RFC 3339, milliseconds. */
  readonly at: string;
  /** The message's id; of a reaction with who reacted and how, between spaces. */
  readonly key: string;
}

export interface ActivityRow extends ActivityPlace {
  readonly type: ActivityType;
  readonly actor_id: string;
  readonly message_id: string;
  readonly emoji: string | null;
  readonly unread: boolean;
}

export interface ActivityFilter {
  readonly types: ReadonlyArray<ActivityType>;
  readonly unreadOnly: boolean;
}

type Sql = RawBuilder<unknown>;

/** What is true of the rows of a source that are wanted, given their time and key. */
interface Wanted {
  /** Up to when the inbox was read. */
  readonly mark: string;
  readonly unreadOnly: boolean;
  readonly before?: ActivityPlace;
  readonly limit?: number;
}

// Keys are compared by their bytes, whatever the database's locale: an emoji may be any text.
const bytes = (key: Sql) => sql`${key} collate "C"`;

const within = ({ mark, unreadOnly, before }: Wanted, at: Sql, key: Sql): Sql => {
  const newer = unreadOnly ? sql` and ${at} > ${mark}::timestamptz` : sql``;
  if (!before) return newer;
  const { at: time, key: last } = before;
  // The first condition is what an index is entered by.
  return sql`${newer} and ${at} <= ${time}::timestamptz
    and (${at}, ${bytes(key)}) < (${time}::timestamptz, ${last})`;
};

const newestFirst = ({ limit }: Wanted, at: Sql, key: Sql): Sql =>
  limit === undefined ? sql`` : sql`order by ${at} desc, ${bytes(key)} desc limit ${limit}`;

/** A message is read as far as its channel, conversation or thread is, or with the inbox. */
const isUnread = (mark: string, at: Sql, read: Sql): Sql =>
  sql`(${at} > ${mark}::timestamptz and coalesce(m.thread_seq, m.channel_seq) > ${read})`;

/** Messages of others that call the user. Each target's index is walked for itself; a message is found by all that it has. */
const mentions = ({ workspaceId, userId, channels }: Reader, wanted: Wanted): Sql => {
  const [at, key] = [sql`t.created_at`, sql`t.message_id`];
  const unread = isUnread(wanted.mark, at, sql`coalesce(s.last_read_seq, 0)`);
  return sql`
    select distinct 'mention' as type, f.at, f.message_id as key, f.actor_id, f.message_id, null as emoji, f.unread
    from unnest(${targetsOf(userId)}::text[]) as target(name)
    cross join lateral (
      select t.created_at as at, t.message_id, t.author_id as actor_id, ${unread} as unread
      from chat.mentions t
      join chat.messages m on m.id = t.message_id
      left join personal.states s on s.user_id = ${userId}
        and s.scope_id = case when m.thread_seq is null then m.channel_id else m.root_id end
      where t.workspace_id = ${workspaceId} and t.target = target.name and t.author_id <> ${userId}
        and t.channel_id = any(${channels}::text[]) ${within(wanted, at, key)}
        ${wanted.unreadOnly ? sql`and ${unread}` : sql``}
      ${newestFirst(wanted, at, key)}
    ) f`;
};

/** Replies of others in threads that the user follows; one that calls it is a mention instead. */
const replies = (reader: Reader, wanted: Wanted): Sql => {
  const [at, key] = [sql`m.created_at`, sql`m.id`];
  const unread = isUnread(wanted.mark, at, sql`f.last_read_seq`);
  const { userId, channels } = reader;
  const news = wanted.unreadOnly ? sql`and r.last_thread_seq > f.last_read_seq` : sql``;
  return sql`
    select 'thread_reply' as type, n.at, n.message_id as key, n.actor_id, n.message_id, null as emoji, n.unread
    from (${followedThreads(reader)}) f
    join chat.messages r on r.id = f.root_id and r.channel_id = any(${channels}::text[]) ${news}
    cross join lateral (
      select m.created_at as at, m.id as message_id, m.author_id as actor_id, ${unread} as unread
      from chat.messages m
      where m.root_id = f.root_id and m.thread_seq > f.since_seq and m.author_id <> ${userId}
        and m.deleted_at is null ${within(wanted, at, key)}
        ${wanted.unreadOnly ? sql`and ${unread}` : sql``}
        and not exists (select 1 from chat.mentions x
          where x.message_id = m.id and x.target = any(${targetsOf(userId)}::text[]))
      ${newestFirst(wanted, at, key)}
    ) n`;
};

/** Reactions of others to the user's messages. */
const reactions = ({ workspaceId, userId, channels }: Reader, wanted: Wanted): Sql => {
  const [at, key] = [sql`r.created_at`, sql`(r.message_id || ' ' || r.user_id || ' ' || r.emoji)`];
  return sql`
    select * from (
      select 'reaction' as type, r.created_at as at, ${key} as key, r.user_id as actor_id, r.message_id,
        r.emoji, r.created_at > ${wanted.mark}::timestamptz as unread
      from chat.reactions r
      where r.workspace_id = ${workspaceId} and r.author_id = ${userId} and r.user_id <> ${userId}
        and r.channel_id = any(${channels}::text[]) ${within(wanted, at, key)}
      ${newestFirst(wanted, at, key)}
    ) own`;
};

const SOURCES = { mention: mentions, thread_reply: replies, reaction: reactions };

const all = (reader: Reader, types: ReadonlyArray<ActivityType>, wanted: Wanted): Sql =>
  sql.join(
    types.map((type) => sql`(${SOURCES[type](reader, wanted)})`),
    sql` union all `,
  );

/** Before anything happened. */
const NEVER = "1970-01-01T00:00:00.000Z";

/** Up to when somebody has read its inbox. */
export const activityMark = async (db: Db, { workspaceId, userId }: Reader): Promise<string> => {
  const row = await db
    .selectFrom("personal.states")
    .select("read_up_to")
    .where("user_id", "=", userId)
    .where("scope_id", "=", workspaceId)
    .executeTakeFirst();
  return (row?.["read_up_to"] as Date | null | undefined)?.toISOString() ?? NEVER;
};

/** A page of what others did that concerns somebody, newest first. */
export const listActivity = async (
  db: Db,
  reader: Reader,
  { types, unreadOnly }: ActivityFilter,
  page: { readonly mark: string; readonly limit: number; readonly before?: ActivityPlace },
): Promise<ReadonlyArray<ActivityRow>> => {
  const { rows } = await sql<Omit<ActivityRow, "at"> & { readonly at: Date }>`
    select * from (${all(reader, types, { ...page, unreadOnly })}) found
    order by at desc, ${bytes(sql`key`)} desc limit ${page.limit}`.execute(db);
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
};

/** How much of these types somebody has not read. */
export const countUnreadActivity = async (
  db: Db,
  reader: Reader,
  types: ReadonlyArray<ActivityType>,
  mark: string,
): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from (${all(reader, types, { mark, unreadOnly: true })}) found`.execute(db);
  return rows[0]!.n;
};
