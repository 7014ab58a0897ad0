import * as fc from "fast-check";
import { expect, test } from "vitest";
import { handleFrom, readHandle } from "./handleFrom.ts";

test.each([
  ["Ann Example", "ann-example"],
  ["José Éclair", "jose-eclair"],
  ["  -- x1 --  ", "x1"],
  ["李雷", "user"],
  ["a", "user"],
  ["a".repeat(26) + " b", "a".repeat(26)],
  ["", "user"],
])("of %j comes %j", (name, handle) => {
  expect(handleFrom(name)).toBe(handle);
});

test("whatever the name, its handle is well formed, with room for a number behind it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (name) => {
      const handle = `${handleFrom(name)}-9999`;
      expect(readHandle(handle)).toBe(handle);
    }),
  );
});

test.each([
  ["@Ann", "ann"],
  ["ANN_b-2", "ann_b-2"],
  ["--", "--"],
  ["a".repeat(32), "a".repeat(32)],
])("%j is the handle %j", (text, handle) => {
  expect(readHandle(text)).toBe(handle);
});

test.each([
  ["too short", "a"],
  ["too long", "a".repeat(33)],
  ["two words", "a b"],
  ["a dot", "a.b"],
  ["an umlaut", "\u00e4nn"],
  ["a line behind it", "ann\n"],
  ["two at signs", "@@ann"],
  ["a Cyrillic letter that looks like ours", "\u0430nn"],
  ["a Kelvin sign, which is k in lower case", "\u212aim"],
  ["a dotted capital I", "\u0130da"],
  ["letters of full width", "\uff41\uff4e\uff4e"],
  ["a zero-width space", "a\u200bnn"],
  ["an override of its direction", "\u202eann"],
  ["a NUL", "ann\u0000"],
])("%s makes no handle", (_, text) => {
  expect(readHandle(text)).toBeUndefined();
});
