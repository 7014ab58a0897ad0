import { setTimeout as delay } from "node:timers/promises";

/** Asks `check` every `everyMs` until it says true or `withinMs` have passed; returns its last answer. */
export async function pollUntil(
  check: () => boolean | Promise<boolean>,
  withinMs: number,
  everyMs = 20,
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (!(await check())) {
    if (performance.now() >= deadline) return false;
    await delay(everyMs);
  }
  return true;
}
