import { LIMIT_CLASSES, type LimitClass } from "@clickclack/protocol/http/LimitClasses";

/** So many requests in so many seconds: all of them at once, if need be, and then again at that rate. */
export interface Quota {
  readonly requests: number;
  readonly seconds: number;
}

/** What an operator says of the classes; `off` counts nothing, and a class that is absent has its default. */
export type ConfiguredLimits = { readonly [Class in LimitClass]?: Quota | "off" };

const perMinute = (requests: number): Quota => ({ requests, seconds: 60 });

/** Guards against abuse: far above what people and well-behaved programs do, far below what hurts others. */
export const DEFAULT_QUOTAS: Readonly<Record<LimitClass, Quota>> = {
  read: perMinute(12_000),
  write: perMinute(12_000),
  search: perMinute(1_200),
  upload: perMinute(600),
  auth: perMinute(300),
  connect: perMinute(1_200),
};

/** In development mode everybody is the one developer, whose load tests are no abuse. */
export const DEVELOPMENT_QUOTA: Quota = perMinute(6_000_000);

/** An address may do this many times as much as one credential: an office is many people behind one. */
export const ADDRESS_FACTOR = 10;

/** Ten times as many, what an address may, are still told apart by a counter's clock. */
const MAX_REQUESTS_PER_SECOND = 100_000;
const MAX_SECONDS = 24 * 3_600;

const RULE = /^([a-z]+)=(?:(off)|(\d{1,9})\/(\d{1,6}))$/;

const readLimit = (text: string): readonly [LimitClass, Quota | "off"] => {
  const match = RULE.exec(text);
  const limitClass = LIMIT_CLASSES.find((one) => one === match?.[1]);
  if (!match || limitClass === undefined)
    throw new TypeError(
      `${text} is no limit; write CLASS=REQUESTS/SECONDS or CLASS=off, such as read=600/60; the classes are ${LIMIT_CLASSES.join(", ")}`,
    );
  if (match[2] !== undefined) return [limitClass, "off"];
  const quota = { requests: Number(match[3]), seconds: Number(match[4]) };
  const possible = quota.requests >= 1 && quota.seconds >= 1 && quota.seconds <= MAX_SECONDS;
  if (!possible || quota.requests > quota.seconds * MAX_REQUESTS_PER_SECOND)
    throw new TypeError(
      `${text} is no limit: it needs at least one request, 1 to ${MAX_SECONDS} seconds, and at most ${MAX_REQUESTS_PER_SECOND} requests a second`,
    );
  return [limitClass, quota];
};

/** Reads limits such as `read=600/60,search=off`; of two for one class the later counts. Throws TypeError. */
export const parseLimits = (texts: ReadonlyArray<string>): ConfiguredLimits =>
  Object.fromEntries(
    texts
      .flatMap((text) => text.split(","))
      .map((text) => text.trim())
      .filter((text) => text !== "")
      .map(readLimit),
  );
