import { type Allowance, takeTurn } from "@clickclack/eventsourcing/Throttle";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { LIMIT_CLASSES, type LimitClass } from "@clickclack/protocol/http/LimitClasses";
import { BoundedMap } from "../BoundedMap.ts";
import {
  ADDRESS_FACTOR,
  type ConfiguredLimits,
  DEFAULT_QUOTAS,
  DEVELOPMENT_QUOTA,
  type Quota,
} from "./Quota.ts";

/**
 * Counters that are kept of each kind and class, the most recently used ones: some 100 bytes each, so 30 MB at the most.
 * One that is forgotten begins anew, which is what it would have come to by itself had it not been used for a window.
 */
const MAX_COUNTERS = 20_000;

/** Times are whole 1024ths of a millisecond: they add up without rounding, so that a quota is met to the request. */
const TICKS_PER_MS = 1_024;
const wholeTicks = (ms: number): number => Math.floor(ms * TICKS_PER_MS) / TICKS_PER_MS;

/** A quota made ready to be counted by. */
interface Policy extends Allowance {
  readonly name: string;
  readonly described: string;
}

/** Where a request stands with a limit. */
export class Standing {
  readonly #policy: Policy;
  readonly #remaining: number;
  readonly #seconds: number;
  readonly #refused: boolean;

  constructor(policy: Policy, remaining: number, resetMs: number, refused: boolean) {
    this.#policy = policy;
    this.#remaining = remaining;
    this.#seconds = Math.ceil(resetMs / 1_000);
    this.#refused = refused;
  }

  /** Seconds until another request may be made; undefined when this one may. */
  get retryAfter(): number | undefined {
    return this.#refused ? this.#seconds : undefined;
  }

  /** As the answer tells it, by draft-ietf-httpapi-ratelimit-headers: what is left, and when all of it (or, refused, a request) is there again. */
  get headers(): Readonly<Record<string, string>> {
    const { name, described } = this.#policy;
    return {
      "RateLimit-Policy": described,
      RateLimit: `${name};r=${this.#remaining};t=${this.#seconds}`,
    };
  }
}

const policyOf = (limitClass: string, { requests, seconds }: Quota): Policy => {
  const name = `"${limitClass}"`;
  const everyMs = wholeTicks((seconds * 1_000) / requests);
  return { name, described: `${name};q=${requests};w=${seconds}`, burst: requests, everyMs };
};

/** What the requests of a class are held to: each credential or address by itself, and all of an address together. */
interface Policies {
  readonly own: Policy;
  readonly shared: Policy;
}

const policiesOf = (limitClass: LimitClass, quota: Quota): Policies => ({
  own: policyOf(limitClass, quota),
  shared: policyOf(`${limitClass}-address`, { ...quota, requests: quota.requests * ADDRESS_FACTOR }),
});

/** One class's counters: when each would be used next at the even rate. */
interface Counters {
  readonly own: BoundedMap<string, number>;
  readonly shared: BoundedMap<string, number>;
  readonly policies: () => Policies | undefined;
}

export interface RateLimitsOptions {
  /** As far as it was said. */
  readonly limits: ConfiguredLimits;
  /** Development mode, while it is on. */
  readonly development: () => object | undefined;
  /** A clock in milliseconds that never goes back. */
  readonly now?: () => number;
}

/** How often requests may be made to this process, by whom and of which class; all of it is in memory. */
export class RateLimits {
  readonly #counters: Readonly<Record<LimitClass, Counters>>;
  readonly #now: () => number;

  constructor({ limits, development, now = () => performance.now() }: RateLimitsOptions) {
    this.#now = now;
    const counters = (limitClass: LimitClass): Counters => {
      const given = limits[limitClass];
      const usual = policiesOf(limitClass, DEFAULT_QUOTAS[limitClass]);
      const developing = policiesOf(limitClass, DEVELOPMENT_QUOTA);
      const fixed = given !== undefined && given !== "off" ? policiesOf(limitClass, given) : undefined;
      return {
        own: new BoundedMap(MAX_COUNTERS),
        shared: new BoundedMap(MAX_COUNTERS),
        policies: given === undefined ? () => (development() ? developing : usual) : () => fixed,
      };
    };
    this.#counters = Object.fromEntries(LIMIT_CLASSES.map((one) => [one, counters(one)])) as never;
  }

  /** Counts a request of a credential, or of an address that nobody signed in at; undefined where there is no limit. */
  take(limitClass: LimitClass, who: string): Standing | undefined {
    const { own, policies } = this.#counters[limitClass];
    const policy = policies()?.own;
    return policy && this.#take(own, policy, who);
  }

  /** Counts a request of an address, whoever makes it. */
  takeShared(limitClass: LimitClass, address: string): Standing | undefined {
    const { shared, policies } = this.#counters[limitClass];
    const policy = policies()?.shared;
    return policy && this.#take(shared, policy, address);
  }

  #take(counters: BoundedMap<string, number>, policy: Policy, key: string): Standing {
    const now = wholeTicks(this.#now());
    const turn = takeTurn(counters.get(key) ?? 0, now, policy);
    if ("retryAfterMs" in turn) return new Standing(policy, 0, turn.retryAfterMs, true);
    counters.set(key, turn.due);
    const busyMs = turn.due - now;
    return new Standing(policy, Math.floor(policy.burst - busyMs / policy.everyMs), busyMs, false);
  }
}

/** Throws 429 for a request that its standing refuses. */
export const requireTurn = (standing: Standing | undefined): void => {
  const retryAfter = standing?.retryAfter;
  if (retryAfter === undefined) return;
  const [unit, code] = [retryAfter === 1 ? "second" : "seconds", "too_many_requests"];
  throw ApiFailure.of({
    code,
    message: `there were too many requests of this kind; try again in ${retryAfter} ${unit}`,
    retryAfter,
  });
};
