import type { Db } from "@clickclack/database/Database";

/** The number of the last root message of a channel or conversation up to a time (RFC 3339); 0 when there is none. */
export const seqAt = async (db: Db, channelId: string, time: string): Promise<number> => {
  const row = await db
    .selectFrom("chat.messages")
    .select("channel_seq")
    .where("channel_id", "=", channelId)
    .where("channel_seq", "is not", null)
    .where("created_at", "<=", new Date(time))
    .orderBy("channel_seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return Number(row?.["channel_seq"] ?? 0);
};
