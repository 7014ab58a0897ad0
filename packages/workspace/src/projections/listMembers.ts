import type { Db } from "@clickclack/database/Database";
import type { Member } from "@clickclack/protocol/http/shapes";
import { findUsers } from "./messageQueries.ts";

export interface MemberPage {
  readonly members: ReadonlyArray<Member>;
  readonly has_more: boolean;
  readonly next_cursor: string | null;
  readonly total_count: number;
}

interface MemberRow {
  readonly workspace_id: string;
  readonly user_id: string;
  readonly role: Member["role"];
  readonly joined_at: Date;
}

/** A page of a workspace's members in the order of their ids; `after` is the last id of the page before. */
export const listMembers = async (
  db: Db,
  workspaceId: string,
  options: { readonly limit: number; readonly after?: string },
): Promise<MemberPage> => {
  const all = db.selectFrom("chat.members").where("workspace_id", "=", workspaceId);
  const page = options.after === undefined ? all : all.where("user_id", ">", options.after);
  const [rows, total] = await Promise.all([
    page
      .select(["workspace_id", "user_id", "role", "joined_at"])
      .orderBy("user_id")
      .limit(options.limit + 1)
      .execute() as unknown as Promise<ReadonlyArray<MemberRow>>,
    all.select((eb) => eb.fn.countAll<number>().as("count")).executeTakeFirstOrThrow(),
  ]);
  const shown = rows.slice(0, options.limit);
  const users = await findUsers(
    db,
    shown.map((row) => row.user_id),
  );
  const hasMore = rows.length > shown.length;
  return {
    members: shown.flatMap((row) => {
      const user = users.get(row.user_id);
      const { workspace_id, role } = row;
      return user ? [{ workspace_id, user, role, joined_at: row.joined_at.toISOString() }] : [];
    }),
    has_more: hasMore,
    next_cursor: hasMore ? shown.at(-1)!.user_id : null,
    total_count: total.count,
  };
};
