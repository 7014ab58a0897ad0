import type { Db } from "@clickclack/database/Database";
import { sql } from "kysely";
import type { MessageRow } from "./messageQueries.ts";
import { MESSAGE_COLUMNS } from "./Messages.ts";

/** Which part of what was said: between two versions of the log, both excluded, from its older or its newer end. */
export interface Stretch {
  readonly after: number;
  /** Absent for all there is. */
  readonly before?: number;
  readonly from: "oldest" | "newest";
  readonly limit: number;
}

const rowsIn = (db: Db, channelId: string) =>
  db
    .selectFrom("chat.messages")
    .select(Object.keys(MESSAGE_COLUMNS))
    .where("channel_id", "=", channelId)
    .where("deleted_at", "is", null);

/** What was said in a channel or conversation, root messages and replies as they came; the oldest first. */
export const saidIn = async (
  db: Db,
  channelId: string,
  { after, before, from, limit }: Stretch,
): Promise<ReadonlyArray<MessageRow>> => {
  const above = rowsIn(db, channelId).where("version", ">", after);
  const rows = (await (before === undefined ? above : above.where("version", "<", before))
    .orderBy("version", from === "oldest" ? "asc" : "desc")
    .limit(limit)
    .execute()) as unknown as ReadonlyArray<MessageRow>;
  return from === "oldest" ? rows : rows.toReversed();
};

/** The version of the last message of a channel or conversation up to a time (RFC 3339); 0 when there is none. */
export const versionAt = async (db: Db, channelId: string, time: string): Promise<number> => {
  const row = await db
    .selectFrom("chat.messages")
    .select("version")
    .where("channel_id", "=", channelId)
    .where("created_at", "<=", new Date(time))
    .orderBy("version", "desc")
    .limit(1)
    .executeTakeFirst();
  return Number(row?.["version"] ?? 0);
};

/** The version of the message from which on the newest `count` root messages, and what was said among them, are. */
export const versionOfNewest = async (
  db: Db,
  channelId: string,
  { lastSeq, count }: { readonly lastSeq: number; readonly count: number },
): Promise<number> => {
  if (lastSeq <= count) return 0;
  const row = await db
    .selectFrom("chat.messages")
    .select("version")
    .where("channel_id", "=", channelId)
    .where("channel_seq", "=", lastSeq - count)
    .executeTakeFirst();
  return Number(row?.["version"] ?? 0);
};

/** When something was said last in each of these channels and conversations; those where nothing was are left out. */
export const lastSaidIn = async (
  db: Db,
  channelIds: ReadonlyArray<string>,
): Promise<ReadonlyArray<{ readonly channelId: string; readonly at: Date }>> => {
  if (channelIds.length === 0) return [];
  const { rows } = await sql<{ channel_id: string; at: Date }>`
    select c.id as channel_id, m.created_at as at
    from unnest(${channelIds}::text[]) as c(id)
    cross join lateral (
      select created_at from chat.messages
      where channel_id = c.id and deleted_at is null order by version desc limit 1
    ) m`.execute(db);
  return rows.map(({ channel_id: channelId, at }) => ({ channelId, at }));
};
