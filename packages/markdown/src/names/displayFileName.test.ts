import { expect, test } from "vitest";
import { hostileCases } from "../testing/hostile/hostileCases.ts";
import { displayFileName } from "./displayFileName.ts";

test.each([
  ["photo 1.png", "photo 1.png"],
  ["photo\u202egnp.exe", "photo[U+202E]gnp.exe"],
  ["a\r\nb.txt", "a[U+000D][U+000A]b.txt"],
  ["a\u200b.js", "a[U+200B].js"],
  ['"><img src=x>.png', '"><img src=x>.png'],
  ["👩\u200d👧.png", "👩\u200d👧.png"],
  ["", "[U+0000]"],
  [`${"a".repeat(400)}.exe`, `${"a".repeat(191)}…${"a".repeat(59)}.exe`],
])("%j is shown as %j", (name, shown) => {
  expect(displayFileName(name)).toBe(shown);
});

test("no hostile name hides or turns its ending", () => {
  for (const { text, place } of hostileCases()) {
    if (place !== "fileName") continue;
    const shown = displayFileName(text);
    expect(shown).not.toMatch(
      /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\u200b\ufeff]/u,
    );
    expect(shown.at(-1)).toBe(text.trim().at(-1));
  }
});
