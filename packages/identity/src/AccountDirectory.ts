import {
  type Aggregate,
  catchUp,
  foldCommit,
  loadAggregate,
  VersionGap,
} from "@clickclack/eventsourcing/Aggregate";
import { type EventStore, type StoredCommit, StoreUnavailable } from "@clickclack/eventsourcing/EventStore";
import type { LiveFeed, Subscription } from "@clickclack/eventsourcing/LiveFeed";
import type { Snapshots } from "@clickclack/eventsourcing/Snapshots";
import { trimOldest } from "@clickclack/eventsourcing/trimOldest";
import type { IdentityEvent, IdentityEventType } from "@clickclack/protocol/events/IdentityEvents";
import { AccountDecider, type AccountState } from "./account/Account.ts";

/** Accounts in memory: some 100 MB at the most; the longest unused are let go beyond it. */
const MAX_ACCOUNTS = 50_000;
/** Accounts whose newest live commit is remembered: those of the last seconds, longer than any replica lags. */
const MAX_NEWEST = 10_000;
/** A replica that answers reads may not have yet what the live feed told of. */
const LAG_ATTEMPTS = 80;
const LAG_EVERY_MS = 25;
/** How often an account that changed while the store is away is tried to be loaded. */
const RELOAD_EVERY_MS = 500;
/** Accounts whose tail is read at once after the connection came back. */
const REFRESH_LANES = 32;

type Entry = Promise<Aggregate<AccountState>>;

/** After these others see the account differently. */
const SEEN_BY_OTHERS: ReadonlySet<string> = new Set<IdentityEventType>([
  "account.updated",
  "account.deactivated",
  "account.reactivated",
  "account.deleted",
]);

/**
 * The accounts that this process asked for lately, kept current by the live feed: who somebody is and whether a
 * credential is good is answered without a database, and a revocation is known everywhere within a network's delay.
 */
export class AccountDirectory {
  readonly #store: EventStore<IdentityEvent>;
  readonly #snapshots: Snapshots;
  readonly #entries = new Map<string, Entry>();
  /** By account, the sequence of the newest commit that the live feed brought. */
  readonly #newest = new Map<string, number>();
  readonly #listeners = new Set<(account: AccountState) => void>();
  readonly #profileListeners = new Set<(accountId: string, seq: number) => void>();
  #subscriptions: ReadonlyArray<Subscription> = [];
  #closed = false;

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
    const reconnect = feed.onReconnect(() => directory.#refreshAll());
    directory.#subscriptions = [live, reconnect];
    return directory;
  }

  close(): void {
    this.#closed = true;
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
    const account = await this.#entry(accountId);
    const before = account.version;
    await catchUp(AccountDecider, this.#store, accountId, account);
    // The feed will find nothing new in what was folded here: whoever listens is told by who was first.
    if (account.version !== before) this.#tell(account.state);
    return this.find(accountId);
  }

  /** Tells of every change to an account that is in memory. */
  onChange(listener: (account: AccountState) => void): Subscription {
    this.#listeners.add(listener);
    return { stop: () => this.#listeners.delete(listener) };
  }

  /** Tells of every account, in memory or not, that others see differently from now on, and of the commit that did it. */
  onProfile(listener: (accountId: string, seq: number) => void): Subscription {
    this.#profileListeners.add(listener);
    return { stop: () => this.#profileListeners.delete(listener) };
  }

  #entry(accountId: string): Entry {
    const known = this.#entries.get(accountId);
    const entry = known ?? this.#load(accountId);
    // As the newest: the longest unused stand in front.
    this.#entries.delete(accountId);
    this.#entries.set(accountId, entry);
    trimOldest(this.#entries, MAX_ACCOUNTS);
    if (!known) entry.catch(() => this.#forget(accountId, entry));
    return entry;
  }

  async #load(accountId: string): Promise<Aggregate<AccountState>> {
    const account = await loadAggregate(AccountDecider, this.#store, this.#snapshots, accountId);
    await this.#reach(accountId, account, this.#newest.get(accountId) ?? 0);
    return account;
  }

  #forget(accountId: string, entry: Entry): void {
    if (this.#entries.get(accountId) === entry) this.#entries.delete(accountId);
  }

  /** Reads on until the account holds the commit at `seq`. Throws StoreUnavailable when that takes too long. */
  async #reach(accountId: string, account: Aggregate<AccountState>, seq: number): Promise<void> {
    for (let attempt = 1; account.seq < seq; attempt++) {
      await catchUp(AccountDecider, this.#store, accountId, account);
      if (account.seq >= seq) return;
      if (attempt === LAG_ATTEMPTS) throw new StoreUnavailable("a replica lags too far behind");
      await new Promise((resume) => setTimeout(resume, LAG_EVERY_MS));
    }
  }

  #onCommit(stored: StoredCommit<IdentityEvent>): void {
    const { aggregate: id, seq } = stored;
    this.#newest.delete(id);
    this.#newest.set(id, seq);
    trimOldest(this.#newest, MAX_NEWEST);
    const entry = this.#entries.get(id);
    const known = entry && this.#bringUpToDate(id, entry, (account) => this.#fold(account, stored));
    if (stored.commit.events.some(({ type }) => SEEN_BY_OTHERS.has(type)))
      void Promise.resolve(known).then(() => this.#profileListeners.forEach((tell) => tell(id, seq)));
  }

  async #fold(account: Aggregate<AccountState>, stored: StoredCommit<IdentityEvent>): Promise<void> {
    try {
      foldCommit(AccountDecider, account, stored);
    } catch (error) {
      if (!(error instanceof VersionGap)) throw error;
      await this.#reach(stored.aggregate, account, stored.seq);
    }
  }

  /** Some commits may not have reached us while the connection was down. */
  #refreshAll(): void {
    const readTail = (id: string) => (account: Aggregate<AccountState>) =>
      catchUp(AccountDecider, this.#store, id, account);
    const left = [...this.#entries].values();
    const lane = async () => {
      for (const [id, entry] of left) await this.#bringUpToDate(id, entry, readTail(id));
    };
    for (let i = 0; i < REFRESH_LANES; i++) void lane();
  }

  /** Changes an account in memory and tells of it; what fails is loaded anew, as often as it takes. */
  async #bringUpToDate(
    id: string,
    entry: Entry,
    change: (account: Aggregate<AccountState>) => Promise<void>,
  ): Promise<void> {
    try {
      const account = await entry;
      const before = account.version;
      await change(account);
      if (account.version !== before) this.#tell(account.state);
    } catch {
      this.#forget(id, entry);
      if (this.#closed) return;
      await new Promise((resume) => setTimeout(resume, RELOAD_EVERY_MS).unref());
      await this.#bringUpToDate(id, this.#entry(id), async (account) => this.#tell(account.state));
    }
  }

  #tell(account: AccountState): void {
    for (const listener of this.#listeners) listener(account);
  }
}
