import { sql } from "kysely";

/** Who reads, and what it sees: channels and conversations by id. */
export interface Reader {
  readonly workspaceId: string;
  readonly userId: string;
  readonly channels: ReadonlyArray<string>;
}

/**
 * The threads that somebody follows, as a query: those in which it takes part, unless it stopped following and has not
 * replied since; and those that it chose. `since_seq` is what had been said when that began.
 */
export const followedThreads = ({ workspaceId, userId }: Omit<Reader, "channels">) => sql`
  select p.root_id, coalesce(s.last_read_seq, 0) as last_read_seq, coalesce(s.following, false) as chosen,
    case when s.following then least(p.since_seq, s.followed_seq)
      else greatest(p.since_seq, s.followed_seq) end as since_seq
  from chat.thread_participants p
  left join personal.states s on s.user_id = p.user_id and s.scope_id = p.root_id
  where p.user_id = ${userId} and p.workspace_id = ${workspaceId}
    and (s.following is not false or p.last_seq > s.followed_seq)
  union all
  select s.scope_id, s.last_read_seq, true, s.followed_seq
  from personal.states s
  where s.user_id = ${userId} and s.workspace_id = ${workspaceId} and s.following is true
    and not exists (
      select 1 from chat.thread_participants p where p.user_id = s.user_id and p.root_id = s.scope_id
    )`;

/** Users and audiences by which a message calls somebody. */
export const targetsOf = (userId: string): ReadonlyArray<string> => [
  userId,
  "@channel",
  "@here",
  "@everyone",
];
