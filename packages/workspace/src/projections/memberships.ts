import type { Db } from "@clickclack/database/Database";
import type { Role } from "@clickclack/protocol/events/WorkspaceEvents";

/** Somebody's place in a workspace. */
export interface Membership {
  readonly workspaceId: string;
  readonly slug: string;
  readonly name: string;
  readonly role: Role;
  readonly blocked: boolean;
}

/** Every workspace that a user belongs to, also where it is blocked, oldest first. */
export const listMemberships = (db: Db, userId: string): Promise<ReadonlyArray<Membership>> =>
  db
    .selectFrom("chat.members as m")
    .innerJoin("chat.workspaces as w", "w.id", "m.workspace_id")
    .select(["w.id as workspaceId", "w.slug", "w.name", "m.role", "m.blocked"])
    .where("m.user_id", "=", userId)
    .orderBy("w.created_at")
    .orderBy("w.id")
    .execute();

/** Memberships of accounts that are deleted, which nobody should have any more. */
export const erasedMemberships = (
  db: Db,
  limit: number,
): Promise<ReadonlyArray<{ readonly workspaceId: string; readonly userId: string }>> =>
  db
    .selectFrom("identity.users as u")
    .innerJoin("chat.members as m", "m.user_id", "u.id")
    .select(["m.workspace_id as workspaceId", "m.user_id as userId"])
    .where("u.erased", "=", true)
    // Nobody can be taken out of what it owns.
    .where("m.role", "<>", "owner")
    .limit(limit)
    .execute();
