import type { Db } from "@clickclack/database/Database";

/** An account as the operator lists it. */
export interface ListedUser {
  readonly id: string;
  readonly kind: string;
  readonly display_name: string;
  readonly handle: string;
  readonly status: AccountStatus;
  readonly created_at: string;
}

export type AccountStatus = "active" | "deactivated" | "deleted";

interface UserRow extends Omit<ListedUser, "status" | "created_at"> {
  readonly erased: boolean;
  readonly deleted_at: Date | null;
  readonly created_at: Date;
}

/** A page of all accounts in the order of their creation; `after` is the last id of the page before. */
export const listUsers = async (
  db: Db,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<ReadonlyArray<ListedUser>> => {
  const all = db
    .selectFrom("identity.users as u")
    .select(["u.id", "u.kind", "u.display_name", "u.handle", "u.erased", "u.deleted_at", "u.created_at"]);
  const page = after === undefined ? all : all.where("u.id", ">", after);
  const rows = await page.orderBy("u.id").limit(limit).execute();
  return (rows as unknown as ReadonlyArray<UserRow>).map(({ erased, deleted_at, created_at, ...user }) => ({
    ...user,
    status: erased ? "deleted" : deleted_at ? "deactivated" : "active",
    created_at: created_at.toISOString(),
  }));
};
