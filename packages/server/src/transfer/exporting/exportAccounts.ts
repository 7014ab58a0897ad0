import type { AccountState } from "@clickclack/identity/account/Account";
import type { AccountDirectory } from "@clickclack/identity/AccountDirectory";
import type { AccountLine } from "../format/ExportFormat.ts";
import { type WrittenLines, writeLines } from "../format/LineWriter.ts";
import type { Progress } from "../Progress.ts";

/** Accounts that are read at once. */
const LANES = 32;

/** Writes who occurs in a workspace, and who answers for its bots: people first, each kind by id. */
export const exportAccounts = (
  directory: AccountDirectory,
  users: ReadonlySet<string>,
  path: string,
  progress: Progress,
): Promise<WrittenLines> =>
  writeLines(path, async (writer) => {
    const ids = new Set(users);
    const bots: Array<AccountState> = [];
    // Owners of bots may be nobody who wrote here: they come behind, in a second round.
    for (let wanted = [...ids].toSorted(); wanted.length > 0;) {
      const owners = new Set<string>();
      for (let i = 0; i < wanted.length; i += LANES) {
        progress.at("accounts", writer.lines + bots.length, ids.size);
        const found = await Promise.all(wanted.slice(i, i + LANES).map((id) => directory.findCurrent(id)));
        for (const account of found) {
          if (account?.kind === "human") await writer.write(accountLine(account));
          if (account?.kind !== "bot") continue;
          bots.push(account);
          if (account.ownerUserId !== undefined && !ids.has(account.ownerUserId))
            owners.add(account.ownerUserId);
        }
      }
      for (const id of owners) ids.add(id);
      wanted = [...owners].toSorted();
    }
    for (const bot of bots.toSorted((a, b) => (a.id < b.id ? -1 : 1))) await writer.write(accountLine(bot));
    progress.at("accounts", writer.lines, writer.lines);
  });

/** Named field by field: what an account comes to hold besides must not get out unasked. */
const accountLine = (account: AccountState): AccountLine => ({
  id: account.id,
  kind: account.kind,
  display_name: account.displayName,
  handle: account.handle,
  ...(account.email !== undefined && { email: account.email }),
  avatar_url: account.avatarUrl,
  ...(account.ownerUserId !== undefined && { owner_user_id: account.ownerUserId }),
  created_at: account.createdAt,
  ...(account.deletedAt !== undefined && { deleted_at: account.deletedAt }),
  ...(account.deleted && { deleted: true }),
});
