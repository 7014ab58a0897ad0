import { graphemes } from "../text/cells.ts";

/** What is being typed: a text, where the cursor stands in it, and what was cut out of it last. */
export interface LineBuffer {
  readonly text: string;
  /** Between 0 and the text's length. */
  readonly at: number;
  readonly killed: string;
}

/** Characters that may be typed: those of the longest message, and some to cut. */
const MAX_TEXT = 8_000;

export const EMPTY: LineBuffer = { text: "", at: 0, killed: "" };

type Edit = (buffer: LineBuffer) => LineBuffer;

const before = ({ text, at }: LineBuffer): string => text.slice(0, at);
const after = ({ text, at }: LineBuffer): string => text.slice(at);

const startOfLine = (buffer: LineBuffer): number => before(buffer).lastIndexOf("\n") + 1;
const endOfLine = (buffer: LineBuffer): number => {
  const end = buffer.text.indexOf("\n", buffer.at);
  return end === -1 ? buffer.text.length : end;
};
const leftOf = (buffer: LineBuffer): number =>
  buffer.at - (graphemes(before(buffer).slice(-64)).at(-1)?.length ?? 0);
const rightOf = (buffer: LineBuffer): number =>
  buffer.at + (graphemes(after(buffer).slice(0, 64))[0]?.length ?? 0);
const wordLeft = (buffer: LineBuffer): number =>
  before(buffer).replace(/[\p{L}\p{N}_]*[^\p{L}\p{N}_]*$/u, "").length === buffer.at
    ? buffer.at
    : before(buffer)
        .replace(/[^\p{L}\p{N}_]+$/u, "")
        .replace(/[\p{L}\p{N}_]+$/u, "").length;
const wordRight = (buffer: LineBuffer): number =>
  buffer.at + (/^[^\p{L}\p{N}_]*[\p{L}\p{N}_]*/u.exec(after(buffer))?.[0].length ?? 0);

const moveTo =
  (place: (buffer: LineBuffer) => number): Edit =>
  (buffer) => ({ ...buffer, at: place(buffer) });

/** Takes out what is between the cursor and a place; `kill` keeps it, to be brought back. */
const remove =
  (place: (buffer: LineBuffer) => number, kill: boolean): Edit =>
  (buffer) => {
    const other = place(buffer);
    const [from, to] = other < buffer.at ? [other, buffer.at] : [buffer.at, other];
    if (from === to) return buffer;
    const { text, killed } = buffer;
    return {
      text: text.slice(0, from) + text.slice(to),
      at: from,
      killed: kill ? text.slice(from, to) : killed,
    };
  };

/** Puts a text in at the cursor; undefined if that would be too long. */
export const insert = (buffer: LineBuffer, text: string): LineBuffer | undefined =>
  buffer.text.length + text.length > MAX_TEXT
    ? undefined
    : { ...buffer, text: before(buffer) + text + after(buffer), at: buffer.at + text.length };

/** Another text, with the cursor at its end. */
export const withText = (buffer: LineBuffer, text: string): LineBuffer => ({
  ...buffer,
  text,
  at: text.length,
});

const columnOf = (buffer: LineBuffer): number => buffer.at - startOfLine(buffer);

/** A line further up or down, in the same column; undefined where there is none. */
export const movedByLine = (buffer: LineBuffer, by: -1 | 1): LineBuffer | undefined => {
  const column = columnOf(buffer);
  if (by === -1) {
    const start = startOfLine(buffer);
    if (start === 0) return undefined;
    const above = startOfLine({ ...buffer, at: start - 1 });
    return { ...buffer, at: Math.min(above + column, start - 1) };
  }
  const end = endOfLine(buffer);
  if (end === buffer.text.length) return undefined;
  return { ...buffer, at: Math.min(end + 1 + column, endOfLine({ ...buffer, at: end + 1 })) };
};

const wordBeforeSpaces = (buffer: LineBuffer): number => before(buffer).replace(/\S*\s*$/, "").length;

/** What the editing keys do. */
export const EDITS: Readonly<Record<string, Edit>> = {
  left: moveTo(leftOf),
  right: moveTo(rightOf),
  "C-b": moveTo(leftOf),
  "C-f": moveTo(rightOf),
  home: moveTo(startOfLine),
  end: moveTo(endOfLine),
  "C-a": moveTo(startOfLine),
  "C-e": moveTo(endOfLine),
  "M-b": moveTo(wordLeft),
  "M-f": moveTo(wordRight),
  "C-left": moveTo(wordLeft),
  "C-right": moveTo(wordRight),
  "M-left": moveTo(wordLeft),
  "M-right": moveTo(wordRight),
  backspace: remove(leftOf, false),
  delete: remove(rightOf, false),
  "C-w": remove(wordBeforeSpaces, true),
  "M-backspace": remove(wordLeft, true),
  "M-d": remove(wordRight, true),
  "C-u": remove(startOfLine, true),
  "C-k": remove(endOfLine, true),
  "C-y": (buffer) => insert(buffer, buffer.killed) ?? buffer,
};
