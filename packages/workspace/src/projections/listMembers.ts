import type { Db } from "@clickclack/database/Database";
import type { Member } from "@clickclack/protocol/http/shapes";
import { sql } from "kysely";
import { findUsers } from "./findUsers.ts";

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

/** A text as a pattern that finds it anywhere, with what patterns mean by some characters taken away. */
const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, "\\$&")}%`;

/**
 * A page of a workspace's members in the order of their ids; `after` is the last id of the page before. `q` asks for
 * those whose name or handle has it in it, and the total counts what is asked for.
 */
export const listMembers = async (
  db: Db,
  workspaceId: string,
  options: {
    readonly limit: number;
    readonly after?: string;
    readonly q?: string;
    readonly role?: Member["role"];
  },
): Promise<MemberPage> => {
  const { after, role, limit } = options;
  const wanted = (options.q ?? "").trim().replace(/^@/, "");
  let all = db
    .selectFrom("chat.members as m")
    .innerJoin("identity.users as u", "u.id", "m.user_id")
    .where("m.workspace_id", "=", workspaceId);
  if (role !== undefined) all = all.where("m.role", "=", role);
  if (wanted !== "") {
    const pattern = containing(wanted);
    all = all.where(sql<boolean>`(u.display_name ilike ${pattern} or u.handle ilike ${pattern})`);
  }
  const page = after === undefined ? all : all.where("m.user_id", ">", after);
  const [rows, total] = await Promise.all([
    page
      .select(["m.workspace_id", "m.user_id", "m.role", "m.joined_at"])
      .orderBy("m.user_id")
      .limit(limit + 1)
      .execute() as unknown as Promise<ReadonlyArray<MemberRow>>,
    all.select((eb) => eb.fn.countAll<number>().as("count")).executeTakeFirstOrThrow(),
  ]);
  const shown = rows.slice(0, limit);
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
