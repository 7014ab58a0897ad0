import { randomBytes } from "node:crypto";

/** Every id is a prefix, an underscore and a lower-case ULID (26 characters: 48 bits of time in ms, 80 random bits). */
export const ID_PREFIXES = [
  "usr",
  "wsp",
  "chn",
  "msg",
  "evt",
  "cmt",
  "cmd",
  "dm",
  "upl",
  "btok",
  "ccb",
  "ses",
  "mgt",
  "sst",
  "bsc",
  "botcmd",
  "app",
  "sub",
  "eda",
  "acct",
  "aud",
  "top",
  "pin",
  "inv",
  "eph",
  "req",
] as const;

export type IdPrefix = (typeof ID_PREFIXES)[number];

/** Crockford's base32, lower case: digits and letters without i, l, o, u. Sorts as its value does. */
export const BASE32 = "0123456789abcdefghjkmnpqrstvwxyz";

const ULID = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** A number as base32 text of `length` characters, most significant first; `value` must be a safe integer. */
export const toBase32 = (value: number, length: number): string => {
  let rest = value;
  let text = "";
  for (let i = 0; i < length; i++) {
    text = BASE32.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
};

/** The inverse of {@link toBase32}; undefined for any other character or a value above 2^53 - 1. */
export const fromBase32 = (text: string): number | undefined => {
  let value = 0;
  for (const char of text) {
    const digit = BASE32.indexOf(char);
    if (digit < 0) return undefined;
    value = value * 32 + digit;
  }
  return Number.isSafeInteger(value) ? value : undefined;
};

/** 80 random bits as 16 base32 characters. */
const randomPart = (bytes: Uint8Array): string => {
  let text = "";
  for (let group = 0; group < 10; group += 5) {
    let high = (bytes[group]! << 12) | (bytes[group + 1]! << 4) | (bytes[group + 2]! >> 4);
    let low = ((bytes[group + 2]! & 15) << 16) | (bytes[group + 3]! << 8) | bytes[group + 4]!;
    let out = "";
    for (let i = 0; i < 4; i++, low >>= 5) out = BASE32.charAt(low & 31) + out;
    for (let i = 0; i < 4; i++, high >>= 5) out = BASE32.charAt(high & 31) + out;
    text += out;
  }
  return text;
};

const ID_BYTES = 10;
/** Random bytes are fetched for this many ids at once: a call for each took a fifth of the time of an append. */
const POOLED_IDS = 800;
let pool = randomBytes(ID_BYTES * POOLED_IDS);
let used = 0;

const idBytes = (): Uint8Array => {
  if (used === pool.length) {
    pool = randomBytes(pool.length);
    used = 0;
  }
  return pool.subarray(used, (used += ID_BYTES));
};

/** A new id such as `msg_01k9…`, of the time `at` (ms since 1970). */
export const newId = (prefix: IdPrefix, at: number = Date.now()): string =>
  `${prefix}_${toBase32(at, 10)}${randomPart(idBytes())}`;

/** Whether `value` is a well-formed id of this prefix; says nothing about existence. */
export const isId = (prefix: IdPrefix, value: string): boolean =>
  value.startsWith(`${prefix}_`) && ULID.test(value.slice(prefix.length + 1));

/**
 * The short id that stands in a page's address: one letter and the 80 random bits of the id in capitals.
 * It follows from the id, so it needs no store of its own.
 */
export const routeId = (letter: "T" | "C" | "D" | "M", id: string): string =>
  letter + id.slice(-16).toUpperCase();
