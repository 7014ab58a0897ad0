import type { LineBuffer } from "../input/LineBuffer.ts";
import { cellsOf, graphemes } from "../text/cells.ts";

/** The input as it is shown, and where its cursor stands. */
export interface InputRows {
  readonly rows: ReadonlyArray<string>;
  readonly cursor: { readonly x: number; readonly y: number };
}

const PROMPT = "> ";

/** The input in rows of a width; with more rows than may be, those around the cursor. */
export const layOutInput = ({ text, at }: LineBuffer, width: number, most: number): InputRows => {
  const lead = width > PROMPT.length + 1 ? PROMPT : "";
  const rows: Array<string> = [lead];
  let x = lead.length;
  let cursor = { x, y: 0 };
  let index = 0;
  const newRow = () => {
    rows.push(" ".repeat(lead.length));
    x = lead.length;
  };
  for (const one of graphemes(text)) {
    const cells = one === "\n" ? 0 : cellsOf(one);
    // The cursor stands after the last character, so that a row keeps one cell for it.
    if (x + cells >= width && x > lead.length) newRow();
    if (index <= at) cursor = { x, y: rows.length - 1 };
    if (one === "\n") newRow();
    else rows[rows.length - 1] += one;
    x += cells;
    index += one.length;
  }
  if (at >= index) cursor = { x, y: rows.length - 1 };
  const first = Math.max(0, Math.min(cursor.y - most + 1 + Math.floor(most / 2), rows.length - most));
  const top = Math.min(first, cursor.y);
  return { rows: rows.slice(top, top + most), cursor: { x: cursor.x, y: cursor.y - top } };
};
