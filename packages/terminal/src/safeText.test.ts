import { describe, expect, test } from "vitest";
import { safeName, safeText } from "./safeText.ts";

describe("safeText", () => {
  test.each([
    ["plain", "plain"],
    ["\u001b[2Jgone", "[2Jgone"],
    ["\u001b]0;title\u0007x", "]0;titlex"],
    ["\u001b]52;c;Zm9v\u001b\\x", "]52;c;Zm9v\\x"],
    ["\u009b31mred", "31mred"],
    ["a\rb", "a\nb"],
    ["a\r\nb", "a\nb"],
    ["beep\u0007", "beep"],
    ["a\tb", "a    b"],
    ["\u202egnp.exe", "gnp.exe"],
    ["ze\u200bro\u2060wi\ufeffdth", "zerowidth"],
    ["👩\u200d👧 👍🏽 é 漢字", "👩\u200d👧 👍🏽 é 漢字"],
    ["a\u200db", "ab"],
    ["e" + "\u0301".repeat(50), "e" + "\u0301".repeat(4)],
    ["\ud800x", "\ufffdx"],
  ])("%j is shown as %j", (text, shown) => {
    expect(safeText(text)).toBe(shown);
  });

  test("no control character but the line feed comes through, whatever the text is", () => {
    for (let code = 0; code < 0x3000; code++) {
      const shown = safeText(`a${String.fromCodePoint(code)}b`);
      const acts = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(shown.replaceAll("\n", ""));
      expect([code, acts]).toEqual([code, false]);
    }
  });
});

test("a name is one line in which something can be seen", () => {
  expect(safeName("\u001b[2J")).toBe("[2J");
  expect(safeName("\u200b\u202e")).toBe("?");
  expect(safeName("a\nb")).toBe("a b");
});
