import type { Db } from "@clickclack/database/Database";
import { type RawBuilder, sql } from "kysely";
import { followedThreads, type Reader, targetsOf } from "./followedThreads.ts";

/** How a user stands to a thread. */
export interface ThreadCount {
  readonly last_read_seq: number;
  /** Replies of others, not deleted, that came after what was read; those of them that call this user. */
  readonly unread_count: number;
  readonly mention_count: number;
}

const unreadReplies = (userId: string, rootId: RawBuilder<unknown>, readSeq: RawBuilder<unknown>) => sql`
  from chat.messages m where m.root_id = ${rootId} and m.thread_seq > ${readSeq}
    and m.author_id <> ${userId} and m.deleted_at is null`;

const counts = (userId: string, rootId: RawBuilder<unknown>, readSeq: RawBuilder<unknown>) => {
  const called = sql`exists (select 1 from chat.mentions t
    where t.message_id = m.id and t.target = any(${targetsOf(userId)}::text[]))`;
  return sql`select count(*)::int as unread_count, (count(*) filter (where ${called}))::int as mention_count
    ${unreadReplies(userId, rootId, readSeq)}`;
};

/** How a user stands to one thread, followed or not. */
export const threadCount = async (
  db: Db,
  rootId: string,
  userId: string,
): Promise<ThreadCount & { readonly following: boolean }> => {
  const { rows } = await sql<ThreadCount & { readonly following: boolean }>`
    select coalesce(s.last_read_seq, 0) as last_read_seq, n.unread_count, n.mention_count,
      coalesce(s.following, false)
        or (p.root_id is not null and r.last_thread_seq > 0
          and (s.following is null or p.last_seq > s.followed_seq)) as following
    from chat.messages r
    left join chat.thread_participants p on p.user_id = ${userId} and p.root_id = r.id
    left join personal.states s on s.user_id = ${userId} and s.scope_id = r.id
    cross join lateral (${counts(userId, sql`r.id`, sql`coalesce(s.last_read_seq, 0)`)}) n
    where r.id = ${rootId}`.execute(db);
  return rows[0]!;
};

/** Where a page of threads ends: the time of the last one's newest reply, and its root. */
export interface ThreadPlace {
  readonly at: string;
  readonly id: string;
}

export interface ThreadPage {
  readonly limit: number;
  readonly unreadOnly: boolean;
  readonly before?: ThreadPlace;
}

export interface FollowedThreadRow extends ThreadCount, ThreadPlace {}

/** A page of the threads that somebody follows, newest reply first, and how many of all of them have something unread. */
export const listFollowedThreads = async (
  db: Db,
  reader: Reader,
  { limit, unreadOnly, before }: ThreadPage,
): Promise<{ readonly threads: ReadonlyArray<FollowedThreadRow>; readonly unread: number }> => {
  const { userId, channels } = reader;
  const older = before ? sql`and (at, root_id) < (${before.at}::timestamptz, ${before.id})` : sql``;
  const { rows } = await sql<{ total: number; id: string | null; at: Date } & ThreadCount>`
    with followed as (${followedThreads(reader)}), threads as materialized (
      select f.root_id, f.last_read_seq, coalesce(r.last_reply_at, r.created_at) as at,
        r.last_thread_seq > f.last_read_seq
          and exists (select 1 ${unreadReplies(userId, sql`r.id`, sql`f.last_read_seq`)}) as unread
      from followed f join chat.messages r on r.id = f.root_id
      where r.channel_id = any(${channels}::text[])
        and (r.reply_count > 0 or (f.chosen and r.deleted_at is null))
    ), page as (
      select * from threads where (unread or not ${unreadOnly}) ${older}
      order by at desc, root_id desc limit ${limit}
    )
    select t.total, p.root_id as id, p.at, p.last_read_seq, n.unread_count, n.mention_count
    from (select count(*)::int as total from threads where unread) t
    left join page p on true
    left join lateral (${counts(userId, sql`p.root_id`, sql`p.last_read_seq`)}) n on true
    order by p.at desc, p.root_id desc`.execute(db);
  const threads = rows.flatMap(({ id, at, last_read_seq, unread_count, mention_count }) =>
    id === null ? [] : [{ id, at: at.toISOString(), last_read_seq, unread_count, mention_count }],
  );
  return { threads, unread: rows[0]?.total ?? 0 };
};
