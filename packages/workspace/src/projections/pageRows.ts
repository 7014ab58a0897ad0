import { type Db, PREPARED_SELECT } from "@clickclack/database/Database";
import type { ReactionSummary } from "@clickclack/protocol/http/shapes";
import { CompiledQuery } from "kysely";
import type { MessageRow } from "./messageQueries.ts";
import { MESSAGE_COLUMNS } from "./Messages.ts";
import type { Timeline } from "./timelineAsOf.ts";
import type { UploadRow } from "./Uploads.ts";

/** What no page shows. */
const UNSEEN = ["last_thread_seq", "version", "reacted", "attachments", "meta"] as const;

/** A row of a page, which brings along what else there is to show of it. */
export interface PageRow extends Omit<MessageRow, (typeof UNSEEN)[number]> {
  readonly page_reactions: ReadonlyArray<ReactionSummary> | null;
  readonly page_uploads: ReadonlyArray<UploadRow> | null;
}

/** Rows of a timeline as it stands, below or above a number, from there on. */
export interface PageQuery {
  readonly timeline: Timeline;
  readonly topicId?: string | undefined;
  readonly userId: string;
  readonly direction: "below" | "above";
  /** Excluded; absent for the newest, or the oldest, of all. */
  readonly seq?: number | undefined;
  readonly limit: number;
}

/** The reactions and uploads of those rows that have any, in the statement that reads them: one more would cost half as much again. */
const COLUMNS = `${Object.keys(MESSAGE_COLUMNS)
  .filter((name) => !(UNSEEN as ReadonlyArray<string>).includes(name))
  .join(", ")},
  case when m.reacted then (
    select json_agg(s) from (
      select r.emoji, count(*)::int as count, bool_or(r.user_id = $1) as reacted_by_me
      from chat.reactions r where r.message_id = m.id group by r.emoji order by min(r.created_at), r.emoji
    ) s) end as page_reactions,
  case when m.attachments > 0 then (
    select json_agg(a order by a.attached_version, a.id) from chat.uploads a where a.message_id = m.id
  ) end as page_uploads`;

/**
 * How many rows are asked for: the next of these, as text, for a plan that is kept has to know its limit, and few, as each
 * is a plan of its own on each connection.
 */
const LIMITS = [1, 11, 26, 51, 101, 201];

/** By form; a builder would take as long to write one of them as Postgres takes for its rows. */
const statements = new Map<string, string>();

const statementOf = ({ timeline, topicId, direction, seq, limit }: PageQuery): string => {
  const { scope, number } = timeline;
  const most = LIMITS.find((one) => one >= limit) ?? limit;
  const form = [scope, direction, seq !== undefined, topicId !== undefined, most].join();
  const known = statements.get(form);
  if (known !== undefined) return known;
  const below = direction === "below";
  const bound = seq === undefined ? "" : ` and m.${number} ${below ? "<" : ">"} $3`;
  const topic = topicId === undefined ? "" : ` and m.topic_id = $${seq === undefined ? 3 : 4}`;
  const text = `${PREPARED_SELECT} ${COLUMNS} from chat.messages m
    where m.${scope} = $2 and m.${number} is not null${bound}${topic}
    order by m.${number} ${below ? "desc" : "asc"} limit ${most}`;
  statements.set(form, text);
  return text;
};

/** At most `limit` rows, nearest to `seq` first. */
export const readPage = async (db: Db, query: PageQuery): Promise<ReadonlyArray<PageRow>> => {
  const { userId, timeline, limit, seq, topicId } = query;
  const bounds = [seq, topicId].filter((value) => value !== undefined);
  const statement = CompiledQuery.raw(statementOf(query), [userId, timeline.id, ...bounds]);
  return (await db.executeQuery<PageRow>(statement)).rows.slice(0, limit);
};
