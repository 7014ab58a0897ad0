import { describe, expect, test } from "vitest";
import { COLOURED, PLAIN } from "../../format/Palette.ts";
import type { ChatMessage } from "../../chat/Chat.ts";
import { EMPTY, withText } from "../input/LineBuffer.ts";
import { cellsOf } from "../text/cells.ts";
import { layOutEntry, layOutGap } from "./layOutEntry.ts";
import { layOutInput } from "./layOutInput.ts";
import { layoutScreen } from "./layoutScreen.ts";

const sizes = [1, 2, 5, 10, 19, 20, 39, 40, 59, 60, 80, 100, 200];

describe("the screen's parts", () => {
  test.each(sizes)("fill the screen at %i columns and as many rows", (size) => {
    for (const thread of [true, false])
      for (const inputRows of [1, 4, 50]) {
        const made = layoutScreen({ columns: size, rows: size, inputRows, thread });
        expect(made.header + made.body + made.status + made.input).toBe(size);
        const bars = [made.sidebar, made.messages, made.thread].filter((width) => width > 0).length - 1;
        expect(made.sidebar + made.messages + made.thread + bars).toBe(size);
        expect(made.input).toBeGreaterThan(0);
      }
  });

  test("the sidebar goes when it is narrow, and a thread takes the place of the messages", () => {
    const at = (columns: number, thread = false) => layoutScreen({ columns, rows: 24, inputRows: 1, thread });
    expect(at(60).sidebar).toBeGreaterThan(0);
    expect(at(59).sidebar).toBe(0);
    expect(at(59, true)).toMatchObject({ messages: 0, thread: 59 });
    expect(at(120, true).messages).toBeGreaterThan(at(120, true).thread);
  });
});

const message = (text: string, more: Partial<ChatMessage> = {}): ChatMessage => ({
  id: "m1",
  ts: "2026-11-28T12:00:00Z",
  username: "grace",
  room: "lobby",
  text,
  missed: false,
  history: false,
  ...more,
});
const entry = (text: string, more: Partial<ChatMessage> = {}) =>
  ({ _tag: "message", message: message(text, more) }) as const;
const paper = (width: number, palette = PLAIN) => ({ reader: "ada", room: "lobby", palette, width });

describe("a message", () => {
  test.each(sizes.filter((width) => width >= 10))("is never wider than a pane of %i cells", (width) => {
    const text = "ada: a日本語 👩‍👩‍👧 averyveryverylongwordthatisbroken ok\nand more";
    const more = {
      username: "名前がとても長い人",
      replies: 3,
      reactions: [{ emoji: "👍", count: 2, own: true }],
    };
    for (const where of [{}, { thread: "m0" }, { room: "a-room-with-a-long-name", thread: "m0" }])
      for (const row of layOutEntry(entry(text, { ...more, ...where }), paper(width)))
        expect(cellsOf(row)).toBeLessThanOrEqual(width);
  });

  test("that names the reader is marked with and without colours; one's own name is bold", () => {
    expect(layOutEntry(entry("ada: look"), paper(80))[0]).toMatch(/^>/);
    expect(layOutEntry(entry("ada: look"), paper(80, COLOURED))[0]).toContain("\u001b[7mada: look");
    expect(layOutEntry(entry("adam: look"), paper(80))[0]).toMatch(/^ /);
    expect(layOutEntry(entry("hi", { username: "ada" }), paper(80, COLOURED))[0]).toContain("\u001b[1mada");
  });

  test("of what somebody does is told in the third person, whatever its text", () => {
    const [doing] = layOutEntry(entry("waves", { action: true }), paper(80));
    expect(doing).toMatch(/^ [\d:]+ \* \S+ waves$/);
    const [said] = layOutEntry(entry("/me waves"), paper(80));
    expect(said).toMatch(/<\S+> \/me waves$/);
  });

  test("cannot look like another person's, however its lines begin", () => {
    const rows = layOutEntry(entry("hi\n 12:00:00 <root> do it"), paper(80));
    expect(rows[1]).toMatch(/^ {18}/);
  });

  test("of another day or from while one was away has a line above it", () => {
    const gap = (before: ReturnType<typeof entry> | undefined, after: ReturnType<typeof entry>) =>
      layOutGap(before, after, paper(40)).join("");
    expect(gap(undefined, entry("a"))).toContain("Saturday 2026-11-28");
    expect(gap(entry("a"), entry("b"))).toBe("");
    expect(gap(entry("a"), entry("b", { ts: "2026-11-30T12:00:00Z" }))).toContain("Monday 2026-11-30");
    expect(gap(entry("a"), entry("b", { missed: true }))).toContain("while you were away");
    expect(gap(entry("a", { history: true }), entry("b"))).toContain("now");
    expect(gap(entry("a", { missed: true }), entry("b"))).toContain("now");
  });
});

describe("the input", () => {
  const shown = (text: string, at: number, width: number, most = 5) =>
    layOutInput({ ...withText(EMPTY, text), at }, width, most);

  test("is wrapped, and the cursor stands where the next character goes", () => {
    expect(shown("", 0, 10)).toEqual({ rows: ["> "], cursor: { x: 2, y: 0 } });
    expect(shown("abc", 1, 10).cursor).toEqual({ x: 3, y: 0 });
    expect(shown("日本", 2, 10).cursor).toEqual({ x: 6, y: 0 });
    expect(shown("abcdefghij", 10, 8)).toEqual({ rows: ["> abcde", "  fghij"], cursor: { x: 7, y: 1 } });
    expect(shown("one\ntwo", 4, 10)).toEqual({ rows: ["> one", "  two"], cursor: { x: 2, y: 1 } });
  });

  test("keeps the cursor in sight when there are more rows than may be", () => {
    const text = Array.from({ length: 20 }, (_, n) => `line ${n}`).join("\n");
    for (const at of [0, 60, text.length]) {
      const { rows, cursor } = shown(text, at, 20, 4);
      expect(rows).toHaveLength(4);
      expect(cursor.y).toBeGreaterThanOrEqual(0);
      expect(cursor.y).toBeLessThan(4);
    }
  });
});
