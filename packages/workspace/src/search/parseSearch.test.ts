import { expect, test } from "vitest";
import { parseSearch } from "./parseSearch.ts";

const nothing = { words: "", from: [], in: [], has: new Set() };

test.each([
  ["", {}],
  ["  red   apple ", { words: "red apple" }],
  ['"red apple" -tree or pear', { words: '"red apple" -tree or pear' }],
  ["from:@Ann from:me apple", { from: ["ann", "me"], words: "apple" }],
  ["in:#General x in:talk", { in: ["general", "talk"], words: "x" }],
  ["has:link HAS:thread", { has: new Set(["link", "thread"]) }],
  ["has:hope", { words: "has:hope" }],
  ["before:2026-01-31 after:2025-12-01", { before: "2026-01-31", after: "2025-12-01" }],
  ["before:2026-02-30", { words: "before:2026-02-30" }],
  ["before:0000-01-01", { words: "before:0000-01-01" }],
  ["after:tomorrow", { words: "after:tomorrow" }],
  ["xfrom:ann from:", { words: "xfrom:ann from:" }],
])("%j", (query, expected) => {
  expect(parseSearch(query)).toEqual({ ...nothing, ...expected });
});
