import * as fc from "fast-check";
import { expect, test } from "vitest";
import { handleFrom, isHandle } from "./handleFrom.ts";

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
      expect(isHandle(`${handleFrom(name)}-9999`)).toBe(true);
    }),
  );
});

test.each(["a", "a".repeat(33), "Ann", "a b", "a.b", "ä", "ann\n"])("%j is no handle", (text) => {
  expect(isHandle(text)).toBe(false);
});
