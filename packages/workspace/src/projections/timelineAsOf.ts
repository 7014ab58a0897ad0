import type { Db } from "@clickclack/database/Database";
import { sql } from "kysely";
import { hadHappenedIn, type Moment } from "./Moment.ts";
import { threadStatesAsOf } from "./ThreadStates.ts";

/** The messages of a channel or of a thread, numbered without gaps in the order of the log. */
export interface Timeline {
  readonly scope: "channel_id" | "root_id";
  readonly id: string;
  readonly number: "channel_seq" | "thread_seq";
}

/**
 * How many messages of a timeline may be numbered between two whose times are the other way around: what a gateway
 * stamps with its clock waits for the one writer, while others with another clock go ahead.
 */
const OUT_OF_ORDER = 1_000;

/**
 * A number that no message of the timeline had passed by then: some 20 look-ups in the index that pages are read by, so
 * that a moment long ago costs no more than a recent one. By time it is generous, and each row's own time decides.
 */
export const lastNumberAsOf = async (
  db: Db,
  { scope, id, number }: Timeline,
  moment: Moment,
): Promise<number> => {
  const seq = sql.ref(`m.${number}`);
  const own = sql`${sql.ref(`m.${scope}`)} = ${id} and ${seq} is not null`;
  const { rows } = await sql<{ readonly last: number }>`
    with recursive span(low, high) as (
      select 0::bigint, (select coalesce(max(${seq}), 0) from chat.messages m where ${own})
      union all
      select case when at.before then middle else low end, case when at.before then high else middle - 1 end
      from span
      cross join lateral (select (low + high + 1) / 2 as middle) half
      cross join lateral (
        select ${hadHappenedIn(moment, "m.version", "m.created_at")} as before from chat.messages m
        where ${own} and ${seq} >= middle order by ${seq} limit 1
      ) at
      where low < high
    )
    select low as last from span where low = high`.execute(db);
  const last = rows[0]?.last ?? 0;
  return moment._tag === "Version" ? last : last + OUT_OF_ORDER;
};

/** What changes of a message's row after it was written. */
export interface ChangingRow {
  readonly id: string;
  readonly version: number;
  readonly body: string;
  readonly edited_at: Date | null;
  readonly deleted_at: Date | null;
  readonly reply_count: number;
  readonly last_reply_at: Date | null;
  readonly last_reply_author_ids: ReadonlyArray<string>;
}

interface Said {
  readonly message_id: string;
  readonly version: number;
  readonly body: string;
  readonly edited_at: Date;
}

const textsAsOf = async (
  db: Db,
  ids: ReadonlyArray<string>,
  moment: Moment,
): Promise<ReadonlyMap<string, Said>> => {
  const { rows } = await sql<Said>`
    select v.* from unnest(${ids}::text[]) as message(id)
    cross join lateral (
      select * from chat.message_versions w
      where w.message_id = message.id and ${hadHappenedIn(moment, "w.version", "w.edited_at")}
      order by w.version desc limit 1
    ) v`.execute(db);
  return new Map(rows.map((row) => [row.message_id, row]));
};

const NO_REPLIES = { reply_count: 0, last_reply_at: null, last_reply_author_ids: [] };

/** Rows of messages that were there by then, as they stood. One that has been deleted since is as it is now: its text is gone. */
export const rowsAsOf = async <Row extends ChangingRow>(
  db: Db,
  rows: ReadonlyArray<Row>,
  moment: Moment,
): Promise<ReadonlyArray<Row>> => {
  const ids = rows.map(({ id }) => id);
  const [texts, threads] = await Promise.all([textsAsOf(db, ids, moment), threadStatesAsOf(db, ids, moment)]);
  return rows.map((row) => {
    const { reply_count, last_reply_at, last_reply_author_ids } = threads.get(row.id) ?? NO_REPLIES;
    const thread = { reply_count, last_reply_at, last_reply_author_ids };
    if (row.deleted_at) return { ...row, ...thread };
    const said = texts.get(row.id);
    // It was deleted between two looks at the tables: what its row said then may be newer than the moment.
    if (!said) return { ...row, ...thread, body: "", edited_at: null };
    const edited_at = said.version > row.version ? said.edited_at : null;
    return { ...row, ...thread, body: said.body, edited_at };
  });
};
