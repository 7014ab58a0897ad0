import * as fc from "fast-check";
import { expect, test } from "vitest";
import { slugify } from "./slugify.ts";

test.each([
  ["General Chat", "general-chat"],
  ["  #plans & ideas!  ", "plans-ideas"],
  ["Straße_7", "straße_7"],
  ["हिन्दी", "हिन्दी"],
  ["ＡＢＣ", "abc"],
  ["---", ""],
  ["_", ""],
  ["🎉🎉", ""],
  ["", ""],
])("of %j comes %j", (name, slug) => {
  expect(slugify(name)).toBe(slug);
});

test("whatever the name, it is well-formed text of at most 80 characters, and its own slug", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 120 }), (name) => {
      const slug = slugify(name);
      expect(Array.from(slug).length).toBeLessThanOrEqual(80);
      expect(slug.isWellFormed()).toBe(true);
      expect(slugify(slug)).toBe(slug);
    }),
  );
});
