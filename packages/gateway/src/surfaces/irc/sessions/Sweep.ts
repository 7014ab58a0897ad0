import { settledWithin } from "../../../settledWithin.ts";
import type { IrcParts } from "../IrcParts.ts";
import type { ClientRecord } from "./records.ts";

/** Clients are looked through this often at the most, however short the timeout. */
const MIN_SWEEP_MS = 50;
/** And at least this often, however long it is. */
const MAX_SWEEP_MS = 60_000;
/** A connection's gateway says this often that it is there; one that did not for so long is gone. */
export const CONNECTION_TTL_MS = 90_000;
/** A session without a client is what is left of a registration that was cut short. */
const ABANDONED_MS = 60_000;

/** A start waits this long for what is left of an earlier one to be put away; it goes on behind. */
const LEFT_OVER_MS = 3_000;
/** Clients that are ended at once. */
const LANES = 16;

export interface SweepOptions {
  /** Clients that are here right now, on this gateway: a parked poll or a connection. */
  readonly present: () => ReadonlyArray<{ readonly clientId: string; readonly userId: string }>;
  readonly onError: (error: unknown) => void;
}

/** Ends clients that asked for nothing for too long, and sessions that none is left of. */
export class Sweep {
  readonly #parts: IrcParts;
  readonly #options: SweepOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(parts: IrcParts, options: SweepOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Ends the connections that this process held when it ended without a word: their nicks are free at once. */
  async endLeftOver(): Promise<void> {
    const { store, sessions, settings } = this.#parts;
    const here = new Set(this.#options.present().map(({ clientId }) => clientId));
    const left = (await store.clients()).values();
    const elsewhere = ({ node }: ClientRecord) => node !== settings.node;
    const lane = async () => {
      for (const { accountId, clientId } of left) {
        if (this.#stopped) return;
        if (!here.has(clientId)) await sessions.end(accountId, clientId, "connection lost", elsewhere);
      }
    };
    const ended = Promise.all(Array.from({ length: LANES }, lane)).catch(this.#options.onError);
    await settledWithin(LEFT_OVER_MS, ended);
  }

  #schedule(): void {
    if (this.#stopped) return;
    const half = this.#parts.settings.sessionIdleMs / 2;
    const pause = Math.max(MIN_SWEEP_MS, Math.min(half, MAX_SWEEP_MS));
    this.#timer = setTimeout(() => {
      this.#running = this.#sweep()
        .catch(this.#options.onError)
        .finally(() => this.#schedule());
    }, pause).unref();
  }

  async #sweep(): Promise<void> {
    const { store, sessions } = this.#parts;
    for (const { userId, clientId } of this.#options.present()) await store.touch(userId, clientId);
    const clients = await store.clients();
    const present = new Set<string>();
    for (const { accountId, clientId } of clients) {
      if (this.#stopped) return;
      present.add(accountId);
      await sessions.end(accountId, clientId, "timed out", (client) => !this.#isStale(client));
    }
    for (const accountId of await store.sessions()) {
      if (this.#stopped) return;
      if (present.has(accountId)) continue;
      const session = await store.session(accountId);
      if (session && Date.now() - Date.parse(session.startedAt) > ABANDONED_MS)
        await sessions.endIfEmpty(accountId, "timed out");
    }
  }

  #isStale({ kind, lastSeen }: ClientRecord): boolean {
    const { sessionIdleMs } = this.#parts.settings;
    const limit = kind === "tcp" ? CONNECTION_TTL_MS : sessionIdleMs;
    return Date.now() - lastSeen > limit;
  }
}
