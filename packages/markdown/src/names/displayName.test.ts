import { expect, test } from "vitest";
import { hostileCases } from "../testing/hostile/hostileCases.ts";
import { displayName } from "./displayName.ts";

test.each([
  ["Ada Lovelace", "Ada Lovelace"],
  ["  Ada\n\tL.  ", "Ada L."],
  ["Ada\u202e\u2066\u200f\u200b\u0000\u001b[31m", "Ada[31m"],
  ["Ad\u200da\u200d", "Ada"],
  ["می\u200cخواهم", "می\u200cخواهم"],
  ["👩\u200d👩\u200d👧 🏳\ufe0f\u200d🌈 👍🏽", "👩\u200d👩\u200d👧 🏳\ufe0f\u200d🌈 👍🏽"],
  ["🏴\u{e0067}\u{e0062}\u{e007f} a\u{e0041}", "🏴\u{e0067}\u{e0062}\u{e007f} a"],
  ["שלום", "שלום"],
  [`Z${"\u0336".repeat(40)}algo`, `Z${"\u0336".repeat(4)}algo`],
  ["<b>&", "<b>&"],
  ["\ud800x", "\ufffdx"],
  ["\u202e\u200b\u3164 \u2800", "\ufffd"],
  ["", "\ufffd"],
])("%j is shown as %j", (name, shown) => {
  expect(displayName(name)).toBe(shown);
});

test("no hostile name hides, turns or breaks a line, and showing it twice changes nothing", () => {
  for (const { text } of hostileCases()) {
    const shown = displayName(text);
    expect(shown).not.toMatch(
      /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\u200b\ufeff]/u,
    );
    expect(displayName(shown)).toBe(shown);
  }
});
