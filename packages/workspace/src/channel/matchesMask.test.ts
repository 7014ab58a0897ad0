import { expect, test } from "vitest";
import { matchesMask } from "./matchesMask.ts";

test.each([
  ["*!*@spam.example", "bob!b@spam.example", true],
  ["*!*@spam.example", "bob!b@ham.example", false],
  ["b?b!*@*", "Bob!x@y", true],
  ["b?b!*@*", "bb!x@y", false],
  ["*", "", true],
  ["a*b*c", "aXXbYYbZc", true],
  ["a*b*c", "aXXbYYbZ", false],
])("%s covers %s: %s", (mask, text, covered) => {
  expect(matchesMask(mask, text)).toBe(covered);
});

test("a mask of many stars takes no longer for it", () => {
  const begun = performance.now();
  expect(matchesMask(`${"*a".repeat(200)}!`, "a".repeat(2_000))).toBe(false);
  expect(performance.now() - begun).toBeLessThan(1_000);
});
