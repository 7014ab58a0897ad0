const FIRST_MS = 250;
const LONGEST_MS = 30_000;

/**
 * How long to wait before trying for the `attempt`th time (from 1) to connect again, ms: twice as long each time, and at
 * random between half of that and all of it, so that many clients do not come back at the same moment.
 */
export const backoff = (attempt: number, random: () => number = Math.random): number =>
  Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1)) * (0.5 + random() / 2);
