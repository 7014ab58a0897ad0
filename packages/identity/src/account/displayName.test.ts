import { describe, expect, test } from "vitest";
import { nameFromEmail, readDisplayName } from "./displayName.ts";

describe("a display name is kept as it was written", () => {
  test.each([
    ["a letter", "A"],
    ["80 characters", "a".repeat(80)],
    ["80 characters of two units each", "\u{1f600}".repeat(80)],
    ["what turns the direction among what is seen", "Ann\u202e<b>"],
    ["scripts from right to left", "\u05e9\u05dc\u05d5\u05dd"],
    ["what is of no width among what is seen", "a\u200bb\u2060c"],
    ["an emoji of several parts", "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}"],
    ["markup", "<script>alert(1)</script>"],
    ["letters of another script that look like ours", "\u0410nn"],
    ["marks on marks", `Z${"\u0351".repeat(40)}`],
  ])("%s", (_, name) => {
    expect(readDisplayName(name)).toBe(name);
  });

  test("but without the space around it", () => {
    expect(readDisplayName("  Ann B. \u00a0")).toBe("Ann B.");
  });
});

describe("a display name is refused", () => {
  test.each([
    ["of nothing", ""],
    ["of spaces", " \u00a0\u2003\u3000 "],
    ["of characters of no width", "\u200b\u200c\u200d\u2060"],
    ["of marks that turn the direction", "\u202a\u202e\u2066\u2069\u200f"],
    ["of marks on nothing", "\u0301\u0351\u0321"],
    ["of fillers that are letters by name", "\u3164\u115f\u1160\uffa0"],
    ["of Braille's blank", "\u2800"],
    ["of tags", "\u{e0041}\u{e0042}"],
    ["of variation selectors", "\ufe0f\ufe0e"],
    ["of 81 characters", "a".repeat(81)],
    ["of 81 characters of two units each", "\u{1f600}".repeat(81)],
    ["of a megabyte", "a".repeat(1_000_000)],
    ["with a NUL", "Ann\u0000"],
    ["with a control character", "Ann\u0007\u001b[31m"],
    ["with a tab", "Ann\tB."],
    ["with a line break", "Ann\nAdmin"],
    ["with a next line", "Ann\u0085Admin"],
    ["with a line separator", "Ann\u2028Admin"],
    ["with a paragraph separator", "Ann\u2029Admin"],
    ["with half a surrogate pair", "Ann\ud800"],
  ])("%s", (_, name) => {
    expect(() => readDisplayName(name)).toThrowError(
      expect.objectContaining({ code: "invalid_request", issues: [expect.anything()] }),
    );
  });
});

test.each([
  ["ann@example.org", "ann"],
  [`${"a".repeat(120)}@example.org`, "a".repeat(80)],
  ["\u200b@example.org", "User"],
  ["@example.org", "User"],
])("whoever gives the email %j alone is called %j", (email, name) => {
  expect(nameFromEmail(email)).toBe(name);
});
