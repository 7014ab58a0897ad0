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

/** Who is called when a user is: it, and the audiences that it belongs to. */
const TARGETS = ["@channel", "@here", "@everyone"];

/**
 * The counts of all these channels for one user, in one statement. What is unread is not counted one by one: numbers
 * have no gaps, since a deleted message keeps its row, so it is what came after less one's own and the deleted.
 */
export const readCounts = async (
  db: Db,
  channelIds: ReadonlyArray<string>,
  userId: string,
): Promise<ReadonlyMap<string, ReadCount>> => {
  if (channelIds.length === 0) return new Map();
  const { rows } = await sql<ReadCount & { readonly id: string }>`
    select c.id, last.seq as last_seq, read.seq as last_read_seq, s.hidden_seq,
      (greatest(last.seq - read.seq, 0) - own.n - gone.n)::int as unread_count, called.n as mention_count
    from unnest(${channelIds}::text[]) as c(id)
    left join personal.states s on s.user_id = ${userId} and s.scope_id = c.id
    cross join lateral (select coalesce(s.last_read_seq, 0) as seq) read
    cross join lateral (
      select coalesce(max(m.channel_seq), 0) as seq from chat.messages m
      where m.channel_id = c.id and m.channel_seq is not null
    ) last
    cross join lateral (
      select count(*) as n from chat.messages m
      where m.channel_id = c.id and m.author_id = ${userId} and m.channel_seq > read.seq
    ) own
    cross join lateral (
      select count(*) as n from chat.messages m
      where m.channel_id = c.id and m.channel_seq > read.seq and m.deleted_at is not null
        and m.author_id <> ${userId}
    ) gone
    cross join lateral (
      select count(distinct t.channel_seq)::int as n from chat.mentions t
      where t.channel_id = c.id and t.target = any(${[userId, ...TARGETS]}::text[])
        and t.channel_seq > read.seq and t.author_id <> ${userId}
    ) called`.execute(db);
  return new Map(rows.map(({ id, ...count }) => [id, count]));
};
