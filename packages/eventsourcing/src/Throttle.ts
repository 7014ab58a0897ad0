import { createHash } from "node:crypto";

/** How often something may be done: `burst` times at once, and once more after each `everyMs`. */
export interface Allowance {
  readonly burst: number;
  readonly everyMs: number;
}

/** Whether one may, and if not, in how many milliseconds one may again. */
export type Turn = { readonly _tag: "Granted" } | { readonly _tag: "Refused"; readonly retryAfterMs: number };

/**
 * Counts what may be done only so often, over all processes of a deployment. Counters are forgotten with their servers,
 * and a day after they were last used. Every method may throw StoreUnavailable.
 */
export interface Throttle {
  /** Takes a turn; of those who come at once no more are granted than the allowance says. */
  take(key: string, allowance: Allowance): Promise<Turn>;
  /** Gives a turn back that was taken, as what was done with it does not count. */
  giveBack(key: string, allowance: Allowance): Promise<void>;
}

/** A key as it stands in the store: names that people type, of any length, and nobody's business. */
export const throttleToken = (key: string): string => createHash("sha256").update(key).digest("hex");

/**
 * The generic cell rate algorithm: `due` is when a counter that is used at the even rate would be used next (ms since
 * 1970). Returns the new `due`, or how long to wait.
 */
export const takeTurn = (
  due: number,
  now: number,
  { burst, everyMs }: Allowance,
): { readonly due: number } | { readonly retryAfterMs: number } => {
  const next = Math.max(due, now) + everyMs;
  const retryAfterMs = next - now - burst * everyMs;
  return retryAfterMs > 0 ? { retryAfterMs } : { due: next };
};

/** A throttle in memory, for tests. */
export class MemoryThrottle implements Throttle {
  readonly #due = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async take(key: string, allowance: Allowance): Promise<Turn> {
    const turn = takeTurn(this.#due.get(key) ?? 0, this.#now(), allowance);
    if ("retryAfterMs" in turn) return { _tag: "Refused", ...turn };
    this.#due.set(key, turn.due);
    return { _tag: "Granted" };
  }

  async giveBack(key: string, { everyMs }: Allowance): Promise<void> {
    const due = this.#due.get(key);
    if (due !== undefined) this.#due.set(key, due - everyMs);
  }
}
