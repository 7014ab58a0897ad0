import { setTimeout as delay } from "node:timers/promises";

/** How long {@link until} tries, and what for. */
export interface UntilOptions {
  /** milliseconds; 10,000 unless told otherwise */
  readonly deadlineMs?: number;
  /** ends the sentence "waited in vain for …" */
  readonly what: string;
  /** milliseconds between two tries; 10 unless told otherwise */
  readonly everyMs?: number;
}

/**
 * Asks `check` again and again until it returns something other than `undefined`, `null` or `false`, and returns that. A check that throws
 * counts as "not yet".
 *
 * @throws Error after the deadline, with the last answer or error
 */
export async function until<T>(
  check: () => T | undefined | null | false | Promise<T | undefined | null | false>,
  { deadlineMs = 10_000, what, everyMs = 10 }: UntilOptions,
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    let last: unknown;
    try {
      const answer = await check();
      if (answer !== undefined && answer !== null && answer !== false) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() >= deadline) {
      throw new Error(`waited in vain for ${what} (${deadlineMs} ms); last: ${String(last)}`, {
        cause: last,
      });
    }
    await delay(everyMs);
  }
}
