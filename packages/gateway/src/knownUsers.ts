import type { Db } from "@clickclack/database/Database";
import { StoreUnavailable } from "@clickclack/eventsourcing/EventStore";
import { userView } from "@clickclack/identity/account/userView";
import type { AccountDirectory } from "@clickclack/identity/AccountDirectory";
import { type FindUsers, findUsers } from "@clickclack/workspace/projections/findUsers";

/** Users from memory, where the accounts are that this process asked for lately; from the read model while the log is away. */
export const knownUsers =
  (directory: AccountDirectory, db: Db): FindUsers =>
  async (ids) => {
    try {
      const accounts = await Promise.all(ids.map((id) => directory.find(id)));
      return new Map(accounts.flatMap((account) => (account ? [[account.id, userView(account)]] : [])));
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      return findUsers(db, ids);
    }
  };
