import type { Db } from "@clickclack/database/Database";
import type { User } from "@clickclack/protocol/http/shapes";
import { sql } from "kysely";

/** Finds users by id; those that there are not are left out. */
export type FindUsers = (ids: ReadonlyArray<string>) => Promise<ReadonlyMap<string, User>>;

interface UserRow extends Omit<User, "created_at" | "deleted_at" | "owner_user_id" | "former_handle"> {
  readonly created_at: Date;
  readonly owner_user_id: string | null;
  readonly former_handle: string | null;
  readonly deleted_at: Date | null;
}

const userOf = (row: UserRow): User => ({
  id: row.id,
  kind: row.kind,
  display_name: row.display_name,
  handle: row.handle,
  avatar_url: row.avatar_url,
  created_at: row.created_at.toISOString(),
  ...(row.owner_user_id !== null && { owner_user_id: row.owner_user_id }),
  ...(row.former_handle !== null && { former_handle: row.former_handle }),
  ...(row.deleted_at && { deleted_at: row.deleted_at.toISOString() }),
});

/** These users by id, from the read model. */
export const findUsers = async (db: Db, ids: ReadonlyArray<string>): Promise<ReadonlyMap<string, User>> => {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("identity.users as u")
    .selectAll()
    .where("u.id", "=", sql<string>`any(${[...new Set(ids)]}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row["id"] as string, userOf(row as unknown as UserRow)]));
};
