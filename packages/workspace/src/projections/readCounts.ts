import type { Db } from "@clickclack/database/Database";
import { sql } from "kysely";

/** How a user stands to a channel or conversation. */
export interface ReadCount {
  readonly last_seq: number;
  readonly last_read_seq: number;
  /** Root messages of others, not deleted, that came after what was read. */
  readonly unread_count: number;
  readonly mention_count: number;
  readonly hidden_seq: number | null;
}

/** The counts of all these channels for one user, in one statement. */
export const readCounts = async (
  db: Db,
  channelIds: ReadonlyArray<string>,
  userId: string,
): Promise<ReadonlyMap<string, ReadCount>> => {
  if (channelIds.length === 0) return new Map();
  const { rows } = await sql<ReadCount & { readonly id: string }>`
    select c.id, coalesce(last.seq, 0) as last_seq, coalesce(s.last_read_seq, 0) as last_read_seq, s.hidden_seq,
      unread.n as unread_count, called.n as mention_count
    from unnest(${channelIds}::text[]) as c(id)
    left join personal.states s on s.user_id = ${userId} and s.scope_id = c.id
    left join lateral (
      select m.channel_seq as seq from chat.messages m
      where m.channel_id = c.id and m.channel_seq is not null order by m.channel_seq desc limit 1
    ) last on true
    cross join lateral (
      select count(*)::int as n from chat.messages m
      where m.channel_id = c.id and m.channel_seq > coalesce(s.last_read_seq, 0)
        and m.author_id <> ${userId} and m.deleted_at is null
    ) unread
    cross join lateral (
      select count(distinct t.message_id)::int as n from chat.messages m join chat.mentions t on t.message_id = m.id
      where m.channel_id = c.id and m.channel_seq > coalesce(s.last_read_seq, 0) and m.author_id <> ${userId}
        and t.target in (${userId}, '@channel', '@here', '@everyone')
    ) called`.execute(db);
  return new Map(rows.map(({ id, ...count }) => [id, count]));
};
