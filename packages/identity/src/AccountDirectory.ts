import {
  type Aggregate,
  catchUp,
  foldCommit,
  loadAggregate,
  VersionGap,
} from "@clickclack/eventsourcing/Aggregate";
import type { EventStore, StoredCommit } from "@clickclack/eventsourcing/EventStore";
import type { LiveFeed, Subscription } from "@clickclack/eventsourcing/LiveFeed";
import type { Snapshots } from "@clickclack/eventsourcing/Snapshots";
import type { IdentityEvent } from "@clickclack/protocol/events/IdentityEvents";
import { AccountDecider, type AccountState } from "./account/Account.ts";

/** Accounts in memory: some 100 MB at the most; the longest unused are let go beyond it. */
const MAX_ACCOUNTS = 50_000;

type Entry = Promise<Aggregate<AccountState>>;

/**
 * The accounts that this process asked for lately, kept current by the live feed: who somebody is and whether a
 * credential is good is answered without a database, and a revocation is known everywhere within a network's delay.
 */
export class AccountDirectory {
  readonly #store: EventStore<IdentityEvent>;
  readonly #snapshots: Snapshots;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<(account: AccountState) => void>();
  #subscriptions: ReadonlyArray<Subscription> = [];

  private constructor(store: EventStore<IdentityEvent>, snapshots: Snapshots) {
    this.#store = store;
    this.#snapshots = snapshots;
  }

  static async open(
    store: EventStore<IdentityEvent>,
    snapshots: Snapshots,
    feed: LiveFeed<IdentityEvent>,
  ): Promise<AccountDirectory> {
    const directory = new AccountDirectory(store, snapshots);
    const live = await feed.followAll(0, (commit) => directory.#onCommit(commit));
    const reconnect = feed.onReconnect(() => void directory.#refreshAll());
    directory.#subscriptions = [live, reconnect];
    return directory;
  }

  close(): void {
    for (const subscription of this.#subscriptions) subscription.stop();
  }

  /** The account, or undefined when none was created under this id. Throws StoreUnavailable. */
  async find(accountId: string): Promise<AccountState | undefined> {
    const { state } = await this.#entry(accountId);
    if (state.exists) return state;
    this.#entries.delete(accountId);
    return undefined;
  }

  /** Like {@link find}, but sees whatever was stored before the call, on any node. */
  async findCurrent(accountId: string): Promise<AccountState | undefined> {
    const entry = await this.#entry(accountId);
    await catchUp(AccountDecider, this.#store, accountId, entry);
    return this.find(accountId);
  }

  /** Tells of every change to an account that is in memory. */
  onChange(listener: (account: AccountState) => void): Subscription {
    this.#listeners.add(listener);
    return { stop: () => this.#listeners.delete(listener) };
  }

  #entry(accountId: string): Entry {
    const known = this.#entries.get(accountId);
    if (known) return known;
    const entry = loadAggregate(AccountDecider, this.#store, this.#snapshots, accountId);
    this.#entries.set(accountId, entry);
    entry.catch(() => this.#entries.delete(accountId));
    if (this.#entries.size > MAX_ACCOUNTS) this.#entries.delete(this.#entries.keys().next().value!);
    return entry;
  }

  #onCommit(stored: StoredCommit<IdentityEvent>): void {
    const entry = this.#entries.get(stored.aggregate);
    if (!entry) return;
    void entry
      .then(async (account) => {
        try {
          foldCommit(AccountDecider, account, stored);
        } catch (error) {
          if (!(error instanceof VersionGap)) throw error;
          await this.#refresh(stored.aggregate, account);
        }
        this.#tell(account.state);
      })
      .catch(() => this.#entries.delete(stored.aggregate));
  }

  async #refreshAll(): Promise<void> {
    for (const [id, entry] of this.#entries) {
      await entry.then((account) => this.#refresh(id, account)).catch(() => this.#entries.delete(id));
    }
  }

  async #refresh(id: string, account: Aggregate<AccountState>): Promise<void> {
    const before = account.version;
    await catchUp(AccountDecider, this.#store, id, account);
    if (account.version !== before) this.#tell(account.state);
  }

  #tell(account: AccountState): void {
    for (const listener of this.#listeners) listener(account);
  }
}
