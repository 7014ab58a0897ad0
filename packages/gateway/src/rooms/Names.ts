import type { AccountDirectory } from "@clickclack/identity/AccountDirectory";
import type { Subscription } from "@clickclack/eventsourcing/LiveFeed";
import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import { BoundedMap } from "../BoundedMap.ts";
import type { AccountState } from "@clickclack/identity/account/Account";

const REMEMBERED = 50_000; // some 100 bytes each

/** Stands for somebody whose account cannot be read. */
const UNKNOWN = "unknown";

/** What people are called: a nick of the workspace's log, or else what a surface makes of the account. */
export class Names {
  readonly #accounts: AccountDirectory;
  readonly #shown: (account: AccountState) => string;
  readonly #handles = new BoundedMap<string, string>(REMEMBERED);
  readonly #subscription: Subscription;

  constructor(accounts: AccountDirectory, shown: (account: AccountState) => string) {
    this.#accounts = accounts;
    this.#shown = shown;
    this.#subscription = accounts.onChange((account) => {
      if (this.#handles.get(account.id) !== undefined) this.#handles.set(account.id, shown(account));
    });
  }

  close(): void {
    this.#subscription.stop();
  }

  /** Whether {@link nickOf} can tell all of these. */
  known(state: WorkspaceState, userIds: ReadonlyArray<string>): boolean {
    return userIds.every((id) => state.nicks.has(id) || this.#handles.get(id) !== undefined);
  }

  /** Finds out what is not known yet. Throws StoreUnavailable. */
  async ensure(state: WorkspaceState, userIds: ReadonlyArray<string>): Promise<void> {
    const missing = [...new Set(userIds)].filter((id) => !this.known(state, [id]));
    await Promise.all(
      missing.map(async (id) => {
        const account = await this.#accounts.find(id);
        this.#handles.set(id, account ? this.#shown(account) : UNKNOWN);
      }),
    );
  }

  /** What somebody is called, or was called at a version of the log. */
  nickOf(state: WorkspaceState, userId: string, version = Number.POSITIVE_INFINITY): string {
    const nicks = state.nicks.get(userId);
    if (!nicks) return this.#handles.get(userId) ?? UNKNOWN;
    return (nicks.findLast(({ since }) => since <= version) ?? nicks[0]!).nick;
  }
}
