import { describe, expect, test } from "vitest";
import { cellsOf, cut, fit } from "./cells.ts";
import { wrap } from "./wrap.ts";

const at = (text: string, width: number, first = width) => wrap(text, { first, rest: width });

describe("wrapping", () => {
  test("parts at spaces, which are not shown there", () => {
    expect(at("the quick brown fox", 10)).toEqual(["the quick", "brown fox"]);
    expect(at("the quick brown", 10, 4)).toEqual(["the", "quick", "brown"]);
  });

  test("parts a word that is longer than a row, from where it begins", () => {
    expect(at("see abcdefghijkl", 6)).toEqual(["see ab", "cdefgh", "ijkl"]);
  });

  test("keeps line feeds, empty lines and what is set in", () => {
    expect(at("one\n\n  two", 10)).toEqual(["one", "", "  two"]);
    expect(at("", 10)).toEqual([""]);
  });

  test("counts cells: wide characters take two, emoji of several code points too, marks none", () => {
    expect(at("日本語テスト", 5)).toEqual(["日本", "語テ", "スト"]);
    expect(at("👩‍👩‍👧👩‍👩‍👧 ok", 4)).toEqual(["👩‍👩‍👧👩‍👩‍👧", "ok"]);
    expect(at("cafe\u0301 cafe\u0301", 4)).toEqual(["cafe\u0301", "cafe\u0301"]);
    expect(at("日本", 1).join("")).toBe("日本");
  });

  test.each([1, 2, 3, 7, 20])("nothing is lost and no row is too wide at %i cells", (width) => {
    const text = "a日b 👩‍👩‍👧 cafe\u0301 averyveryverylongword ok  two";
    const rows = at(text, width);
    expect(rows.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
    for (const row of rows) expect(cellsOf(row)).toBeLessThanOrEqual(Math.max(2, width));
  });
});

describe("cutting", () => {
  test("a text that is too long ends in a mark, and never in half a character", () => {
    expect(cut("abcdef", 4)).toBe("abc…");
    expect(cut("日本語", 4)).toBe("日…");
    expect(fit("日本語", 4)).toBe("日… ");
    expect(fit("ab", 4)).toBe("ab  ");
    expect(cut("ab", 0)).toBe("");
  });
});
