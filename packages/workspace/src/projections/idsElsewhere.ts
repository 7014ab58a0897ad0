import type { Db } from "@clickclack/database/Database";
import { sql } from "kysely";

/** Of these ids, those that name a channel, message or upload of another workspace, as far as the read model knows. */
export const idsElsewhere = async (
  db: Db,
  workspaceId: string,
  ids: ReadonlyArray<string>,
): Promise<ReadonlyArray<string>> => {
  const named = (table: "chat.channels" | "chat.messages" | "chat.uploads") =>
    db
      .selectFrom(table)
      .select("id")
      .where("id", "=", sql<string>`any(${ids}::text[])`)
      .where("workspace_id", "!=", workspaceId);
  const rows = await named("chat.channels")
    .unionAll(named("chat.messages"))
    .unionAll(named("chat.uploads"))
    .execute();
  return rows.map((row) => row["id"] as string);
};
