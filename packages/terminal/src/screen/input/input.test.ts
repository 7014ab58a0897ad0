import { describe, expect, test } from "vitest";
import { InputHistory } from "./InputHistory.ts";
import { EDITS, EMPTY, insert, type LineBuffer, movedByLine, withText } from "./LineBuffer.ts";
import { TabCompletion } from "./TabCompletion.ts";

/** `|` is where the cursor stands. */
const read = (shown: string): LineBuffer => {
  const at = shown.indexOf("|");
  return { ...EMPTY, text: shown.replace("|", ""), at };
};
const show = ({ text, at }: LineBuffer): string => `${text.slice(0, at)}|${text.slice(at)}`;

describe("editing", () => {
  test.each([
    ["left", "ab|", "a|b"],
    ["left", "|ab", "|ab"],
    ["left", "a👩‍👩‍👧|", "a|👩‍👩‍👧"],
    ["right", "|👩‍👩‍👧a", "👩‍👩‍👧|a"],
    ["C-a", "one\ntwo| x", "one\n|two x"],
    ["C-e", "o|ne\ntwo", "one|\ntwo"],
    ["M-b", "one two, |three", "one |two, three"],
    ["M-b", "one|", "|one"],
    ["M-f", "|one two", "one| two"],
    ["M-f", "one| two", "one two|"],
    ["backspace", "cafe\u0301|", "caf|"],
    ["backspace", "|a", "|a"],
    ["delete", "a|bc", "a|c"],
    ["C-w", "say one.two |", "say |"],
    ["M-backspace", "say one.two|", "say one.|"],
    ["M-d", "say| one two", "say| two"],
    ["C-u", "one\ntwo th|ree", "one\n|ree"],
    ["C-k", "o|ne\ntwo", "o|\ntwo"],
  ])("%s makes %j into %j", (key, before, after) => {
    expect(show(EDITS[key]!(read(before)))).toBe(after);
  });

  test("what was cut comes back, even into another text", () => {
    const cut = EDITS["C-u"]!(read("hello |"));
    expect(show(EDITS["C-y"]!(withText(cut, "say ")))).toBe("say hello |");
  });

  test("up and down go between lines, in the same column", () => {
    expect(show(movedByLine(read("long line\nab|"), -1)!)).toBe("lo|ng line\nab");
    expect(show(movedByLine(read("long li|ne\nab"), 1)!)).toBe("long line\nab|");
    expect(movedByLine(read("on|e"), -1)).toBeUndefined();
    expect(movedByLine(read("on|e"), 1)).toBeUndefined();
  });

  test("more than any message holds is not taken", () => {
    expect(insert(EMPTY, "x".repeat(8_001))).toBeUndefined();
  });
});

describe("history", () => {
  test("goes back and forth, and gives back what was being typed", () => {
    const history = new InputHistory();
    history.add("one");
    history.add("two");
    history.add("two");
    expect(history.move(-1, "half")).toBe("two");
    expect(history.move(-1, "two")).toBe("one");
    expect(history.move(-1, "one")).toBeUndefined();
    expect(history.move(1, "one")).toBe("two");
    expect(history.move(1, "two")).toBe("half");
    expect(history.move(1, "half")).toBeUndefined();
  });
});

describe("Tab", () => {
  const known = { nicks: ["grace", "grant"], rooms: ["ops"] };

  test("goes through the candidates and back", () => {
    const completion = new TabCompletion();
    const first = completion.next(read("gr|"), known, 1);
    expect(show(first)).toBe("grace: |");
    expect(completion.candidatesFor(first)).toHaveLength(2);
    const second = completion.next(first, known, 1);
    expect(show(second)).toBe("grant: |");
    expect(show(completion.next(second, known, -1))).toBe("grace: |");
  });

  test("completes in the middle of a text", () => {
    expect(show(new TabCompletion().next(read("see #o| now"), known, 1))).toBe("see #ops | now");
  });

  test("leaves alone what nothing begins with", () => {
    expect(show(new TabCompletion().next(read("zz|"), known, 1))).toBe("zz|");
  });
});
