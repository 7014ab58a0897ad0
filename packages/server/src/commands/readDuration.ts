import { UsageError } from "./exitCode.ts";

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 24 * 3_600_000 };

/** Milliseconds of a typed duration such as `30m`, `12h` or `7d`. Throws UsageError. */
export const readDuration = (typed: string): number => {
  const read = /^(\d{1,9})([smhd])$/.exec(typed.trim());
  if (read) return Number(read[1]) * UNITS[read[2]!]!;
  throw new UsageError(`${typed} is no duration; write it as 30m, 12h or 7d`);
};
