import type { Db } from "@clickclack/database/Database";
import { sql } from "kysely";
import { type Highlight, MARK_END, MARK_START, readHighlights } from "../search/highlights.ts";
import type { SearchTerms } from "../search/parseSearch.ts";

/** Who searches where: `channels` are those that may be found, seen by the searcher. */
export interface SearchScope {
  readonly workspaceId: string;
  readonly channels: ReadonlyArray<string>;
  /** Authors that `from:` named; undefined when it named none. */
  readonly authors?: ReadonlyArray<string>;
}

/** Where a page ends: the rank (0 when sorted by time), time and id of its last hit. */
export interface SearchPlace {
  readonly rank: number;
  readonly at: string;
  readonly id: string;
}

export interface SearchHit extends SearchPlace {
  readonly snippet: string;
  readonly highlights: ReadonlyArray<Highlight>;
}

export interface SearchPage {
  readonly sort: "relevance" | "newest";
  readonly limit: number;
  readonly after?: SearchPlace;
}

/** Of very many matches the newest so many are ranked: what a person would page through, at a bounded cost. */
const RANKED = 1_000;
/** What a snippet shows around what matched, in words. */
const SNIPPET = `StartSel=${MARK_START}, StopSel=${MARK_END}, MaxWords=30, MinWords=15, ShortWord=0, MaxFragments=1`;

const filters = ({ has, before, after }: SearchTerms, { authors }: SearchScope) => {
  const conditions = [];
  if (authors) conditions.push(sql`m.author_id = any(${authors}::text[])`);
  if (before !== undefined) conditions.push(sql`m.created_at < ${`${before}T00:00:00Z`}::timestamptz`);
  if (after !== undefined)
    conditions.push(sql`m.created_at >= ${`${after}T00:00:00Z`}::timestamptz + interval '1 day'`);
  if (has.has("link")) conditions.push(sql`m.body ~* 'https?://'`);
  if (has.has("file")) conditions.push(sql`m.attachments > 0`);
  if (has.has("image"))
    conditions.push(sql`m.attachments > 0 and exists (select 1 from chat.uploads u
      where u.message_id = m.id and u.content_type like 'image/%')`);
  if (has.has("thread")) conditions.push(sql`m.reply_count > 0`);
  if (has.has("reaction"))
    conditions.push(sql`exists (select 1 from chat.reactions r where r.message_id = m.id)`);
  if (has.has("mention"))
    conditions.push(sql`exists (select 1 from chat.mentions t where t.message_id = m.id)`);
  return conditions.map((condition) => sql` and ${condition}`);
};

/** One page of a search; nothing that was on an earlier page comes again, whatever is said meanwhile. */
export const searchMessages = async (
  db: Db,
  terms: SearchTerms,
  scope: SearchScope,
  { sort, limit, after }: SearchPage,
): Promise<ReadonlyArray<SearchHit>> => {
  const query = sql`websearch_to_tsquery('simple', ${terms.words})`;
  const rank =
    sort === "newest" || terms.words === "" ? sql`0::float8` : sql`ts_rank_cd(words, ${query})::float8`;
  const matches = terms.words === "" ? sql`` : sql` and m.words @@ ${query}`;
  const byTime = sort === "newest";
  const older =
    byTime && after ? sql` and (m.created_at, m.id) < (${after.at}::timestamptz, ${after.id})` : sql``;
  const lower =
    !byTime && after
      ? sql`where (rank, created_at, id) < (${after.rank}::float8, ${after.at}::timestamptz, ${after.id})`
      : sql``;
  const { rows } = await sql<{ id: string; rank: number; created_at: Date; marked: string }>`
    with found as (
      select m.id, m.created_at, m.body, m.words from chat.messages m
      where m.workspace_id = ${scope.workspaceId} and m.channel_id = any(${scope.channels}::text[])
        and m.deleted_at is null${sql.join([...filters(terms, scope), older, matches], sql``)}
      order by m.created_at desc, m.id desc limit ${byTime ? limit : RANKED}
    ), ranked as (
      select id, created_at, body, ${rank} as rank from found
    ), page as (
      select * from ranked ${lower} order by rank desc, created_at desc, id desc limit ${limit}
    )
    select id, rank, created_at,
      ts_headline('simple', translate(body, ${MARK_START + MARK_END}, ''), ${query}, ${SNIPPET}) as marked
    from page order by rank desc, created_at desc, id desc`.execute(db);
  return rows.map(({ id, rank: found, created_at, marked }) => ({
    id,
    rank: found,
    at: created_at.toISOString(),
    ...readHighlights(marked),
  }));
};
