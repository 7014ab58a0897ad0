import type { User } from "@clickclack/protocol/http/shapes";
import type { AccountState } from "./Account.ts";

/** An account as others see it: never its email or credentials. */
export const userView = (account: AccountState): User => ({
  id: account.id,
  kind: account.kind,
  display_name: account.displayName,
  handle: account.handle,
  avatar_url: account.avatarUrl,
  created_at: account.createdAt,
  ...(account.ownerUserId !== undefined && { owner_user_id: account.ownerUserId }),
  ...(account.formerHandle !== undefined && { former_handle: account.formerHandle }),
  ...(account.deletedAt !== undefined && { deleted_at: account.deletedAt }),
});
