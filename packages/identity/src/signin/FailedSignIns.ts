import type { Allowance, Throttle } from "@clickclack/eventsourcing/Throttle";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { ErrorCode } from "@clickclack/protocol/http/ErrorCodes";

/** How often somebody may be wrong. */
export interface SignInLimits {
  /** About one account, from one address. */
  readonly perAccount: Allowance;
  /** About one account, from all addresses together. */
  readonly perAccountAnywhere: Allowance;
  /** From one address, about whatever accounts. */
  readonly perAddress: Allowance;
}

/** Counted over all gateways; see decisions/0002-failed-sign-ins.md. */
export const SIGN_IN_LIMITS: SignInLimits = {
  // Who has forgotten which of its passwords it was tries less often; at one a minute, guessing takes centuries.
  perAccount: { burst: 10, everyMs: 60_000 },
  // Five addresses' worth: one attacker never uses it up, so that the owner is let in from elsewhere.
  perAccountAnywhere: { burst: 50, everyMs: 60_000 },
  // A whole office behind one address, on a Monday morning; each account has its own limit besides.
  perAddress: { burst: 200, everyMs: 2_000 },
};

/** What counts as being wrong: all else that may happen while somebody signs in says nothing about it. */
const WRONG: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["invalid_credentials", "invalid_request"]);

type Limit = keyof SignInLimits;

/** What an attempt is counted by. */
export type Counter = readonly [limit: Limit, key: string];

/** An attempt to open an account, by its id or, if there is none, by the name that was given for it. */
export const ofAccount = (account: string, address: string): ReadonlyArray<Counter> => [
  ["perAccount", `${account} ${address}`],
  ["perAccountAnywhere", account],
];

/** Any attempt from an address. */
export const ofAddress = (address: string): ReadonlyArray<Counter> => [["perAddress", address]];

/** Lets people be wrong so often and no more; what is right is not counted. */
export class FailedSignIns {
  readonly #throttle: Throttle;
  readonly #limits: SignInLimits;

  constructor(throttle: Throttle, limits: SignInLimits = SIGN_IN_LIMITS) {
    this.#throttle = throttle;
    this.#limits = limits;
  }

  /**
   * Runs an attempt, with a turn taken at each of its counters before: of those who come at once no more are tried than
   * may be wrong. The turns are given back unless it was wrong. Throws 429 with `Retry-After`.
   */
  async attempt<A>(counters: ReadonlyArray<Counter>, work: () => Promise<A>): Promise<A> {
    await this.#take(counters);
    try {
      const answer = await work();
      await this.#giveBack(counters);
      return answer;
    } catch (error) {
      const wrong = error instanceof ApiFailure && WRONG.has(error.code);
      if (!wrong) await this.#giveBack(counters);
      throw error;
    }
  }

  async #take(counters: ReadonlyArray<Counter>): Promise<void> {
    for (const [i, [limit, key]] of counters.entries()) {
      const turn = await this.#throttle.take(`${limit} ${key}`, this.#limits[limit]);
      if (turn._tag === "Granted") continue;
      // What is refused was not tried: it must not use up what others share.
      await this.#giveBack(counters.slice(0, i));
      const seconds = Math.ceil(turn.retryAfterMs / 1000);
      throw ApiFailure.of({
        code: "too_many_requests",
        message: `too many attempts to sign in have failed; try again in ${seconds} s`,
        retryAfter: seconds,
      });
    }
  }

  /** A turn that cannot be given back comes back by itself in time: nobody is kept out for it who was right. */
  async #giveBack(counters: ReadonlyArray<Counter>): Promise<void> {
    const limits = this.#limits;
    const given = counters.map(([limit, key]) => this.#throttle.giveBack(`${limit} ${key}`, limits[limit]));
    await Promise.allSettled(given);
  }
}
