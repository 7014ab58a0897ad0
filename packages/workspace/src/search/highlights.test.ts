import { expect, test } from "vitest";
import { MARK_END as E, MARK_START as S, readHighlights } from "./highlights.ts";

test.each([
  ["plain", "plain", []],
  [
    `the ${S}red${E} ${S}apple${E}`,
    "the red apple",
    [
      [4, 7],
      [8, 13],
    ],
  ],
  [`🍎🍎 ${S}𝒳y${E}!`, "🍎🍎 𝒳y!", [[3, 5]]],
  [`${S}${E}x`, "x", []],
  [`x${E}y${S}z`, "xyz", []],
])("%j", (marked, snippet, places) => {
  const highlights = places.map(([start, end]) => ({ start, end }));
  expect(readHighlights(marked)).toEqual({ snippet, highlights });
});
