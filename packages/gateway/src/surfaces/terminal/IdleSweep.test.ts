import { expect, test } from "vitest";
import { warnedBefore } from "./IdleSweep.ts";

test.each([
  [30 * 60_000, 60_000],
  [90_000, 60_000],
  [60_000, 30_000],
  [3_000, 1_500],
])("whoever may say nothing for %i ms is warned %i ms before it is sent away", (idleMs, before) => {
  expect(warnedBefore(idleMs)).toBe(before);
});
