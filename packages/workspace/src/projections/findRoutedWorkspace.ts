import type { Db } from "@clickclack/database/Database";

/** The workspace of this user, blocked there or not, whose id ends so. */
export const findRoutedWorkspace = async (
  db: Db,
  ending: string,
  userId: string,
): Promise<string | undefined> => {
  // People belong to few workspaces: those are found by an index, and looked through.
  const row = await db
    .selectFrom("chat.members")
    .select("workspace_id")
    .where("user_id", "=", userId)
    .where("workspace_id", "like", `%${ending}`)
    .executeTakeFirst();
  return row?.["workspace_id"] as string | undefined;
};
