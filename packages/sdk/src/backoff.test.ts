import { expect, test } from "vitest";
import { backoff } from "./backoff.ts";

test("waits get longer up to half a minute, and are spread over half of themselves", () => {
  const longest = Array.from({ length: 12 }, (_, i) => backoff(i + 1, () => 1));
  expect(longest.slice(0, 4)).toEqual([250, 500, 1_000, 2_000]);
  expect(longest.at(-1)).toBe(30_000);
  expect(backoff(3, () => 0)).toBe(500);
});
