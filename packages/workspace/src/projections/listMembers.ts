import type { Db } from "@clickclack/database/Database";
import type { Role } from "@clickclack/protocol/events/WorkspaceEvents";
import type { Member, ModeratedMember, RoleCounts, User } from "@clickclack/protocol/http/shapes";
import { sql } from "kysely";
import { findUsers } from "./findUsers.ts";

export interface MemberQuery {
  readonly limit: number;
  /** The last id of the page before. */
  readonly after?: string;
  /** Those whose name or handle has it in it. */
  readonly q?: string;
  readonly role?: Role;
  /** Of these alone. */
  readonly among?: ReadonlySet<string>;
}

interface Page<One> {
  readonly members: ReadonlyArray<One>;
  readonly has_more: boolean;
  readonly next_cursor: string | null;
}

export interface MemberPage extends Page<Member> {
  readonly total_count: number;
  readonly total_by_role: RoleCounts;
}

interface MemberRow {
  readonly workspace_id: string;
  readonly user_id: string;
  readonly role: Role;
  readonly joined_at: Date;
  readonly blocked: boolean;
  readonly timeout_until: Date | null;
  readonly moderation_note: string | null;
}

/** A text as a pattern that finds it anywhere, with what patterns mean by some characters taken away. */
const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, "\\$&")}%`;

/** The members that are asked for, whichever page of them. */
const wanted = (db: Db, workspaceId: string, { q = "", role, among }: MemberQuery) => {
  const text = q.trim().replace(/^@/, "");
  let all = db
    .selectFrom("chat.members as m")
    .innerJoin("identity.users as u", "u.id", "m.user_id")
    .where("m.workspace_id", "=", workspaceId);
  if (role !== undefined) all = all.where("m.role", "=", role);
  if (among) all = all.where("m.user_id", "=", sql<string>`any(${[...among]}::text[])`);
  if (text === "") return all;
  const pattern = containing(text);
  return all.where(sql<boolean>`(u.display_name ilike ${pattern} or u.handle ilike ${pattern})`);
};

/** A page of them in the order of their ids. */
const readPage = async <One>(
  db: Db,
  workspaceId: string,
  query: MemberQuery,
  view: (row: MemberRow, user: User) => One,
): Promise<Page<One>> => {
  const all = wanted(db, workspaceId, query);
  const rows = (await (query.after === undefined ? all : all.where("m.user_id", ">", query.after))
    .selectAll("m")
    .orderBy("m.user_id")
    .limit(query.limit + 1)
    .execute()) as unknown as ReadonlyArray<MemberRow>;
  const shown = rows.slice(0, query.limit);
  const users = await findUsers(
    db,
    shown.map((row) => row.user_id),
  );
  const hasMore = rows.length > shown.length;
  return {
    members: shown.flatMap((row) => {
      const user = users.get(row.user_id);
      return user ? [view(row, user)] : [];
    }),
    has_more: hasMore,
    next_cursor: hasMore ? shown.at(-1)!.user_id : null,
  };
};

const memberView = ({ workspace_id, role, joined_at }: MemberRow, user: User): Member => ({
  workspace_id,
  user,
  role,
  joined_at: joined_at.toISOString(),
});

const NOBODY: RoleCounts = { owner: 0, moderator: 0, member: 0, guest: 0, bot: 0 };

interface Count {
  readonly role: Role;
  readonly all: number;
  readonly active: number;
}

/** A page of a workspace's members, and how many there are of those that are asked for. */
export const listMembers = async (db: Db, workspaceId: string, query: MemberQuery): Promise<MemberPage> => {
  const counting = wanted(db, workspaceId, query)
    .select((eb) => [
      "m.role",
      eb.fn.countAll<number>().as("all"),
      eb.fn.countAll<number>().filterWhere("m.blocked", "=", false).as("active"),
    ])
    .groupBy("m.role")
    .execute() as unknown as Promise<ReadonlyArray<Count>>;
  const [page, counts] = await Promise.all([readPage(db, workspaceId, query, memberView), counting]);
  return {
    ...page,
    total_count: counts.reduce((sum, { all }) => sum + all, 0),
    total_by_role: { ...NOBODY, ...Object.fromEntries(counts.map(({ role, active }) => [role, active])) },
  };
};

/** A page of a workspace's members as those see them who moderate it; timeouts that are over by `now` are left out. */
export const listModerated = (
  db: Db,
  workspaceId: string,
  query: MemberQuery,
  now: string,
): Promise<Page<ModeratedMember>> =>
  readPage(db, workspaceId, query, (row, user) => {
    const until = row.timeout_until?.toISOString();
    return {
      ...memberView(row, user),
      blocked: row.blocked,
      ...(until !== undefined && until > now && { timeout_until: until }),
      ...(row.moderation_note !== null && { moderation_note: row.moderation_note }),
    };
  });
