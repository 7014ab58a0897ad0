/**
 * Stands for Ink's canvas in the bundle. Ink takes every frame apart into its characters, some 2,400 objects several times
 * over, which takes most of a frame's time and memory; the screen's rows are laid out already, so that all that is left to do
 * is to put the panes' rows beside each other.
 */
import { cellsOf } from "../text/cells.ts";

interface Piece {
  readonly x: number;
  readonly text: string;
}

interface Clip {
  readonly y1?: number | undefined;
  readonly y2?: number | undefined;
}

type Transform = (line: string, index: number) => string;

// oxlint-disable-next-line no-control-regex -- what colours are made of
const STYLES = /\u001b\[[\d;]*m/g;

/** Pieces of one row, the left one first. */
const joined = (pieces: ReadonlyArray<Piece>): string => {
  let row = "";
  let taken = 0;
  for (const { x, text } of pieces.toSorted((a, b) => a.x - b.x)) {
    row += " ".repeat(Math.max(0, x - taken)) + text;
    taken = Math.max(taken, x) + cellsOf(text.replace(STYLES, ""));
  }
  return row.trimEnd();
};

export default class RowsOutput {
  readonly width: number;
  readonly height: number;
  readonly #rows: ReadonlyArray<Array<Piece>>;
  readonly #clips: Array<Clip> = [];

  constructor({ width, height }: { readonly width: number; readonly height: number }) {
    this.width = width;
    this.height = height;
    this.#rows = Array.from({ length: height }, () => []);
  }

  write(
    x: number,
    y: number,
    text: string,
    { transformers }: { transformers: ReadonlyArray<Transform> },
  ): void {
    if (text === "") return;
    const { y1 = 0, y2 = this.height } = this.#clips.at(-1) ?? {};
    for (const [index, line] of text.split("\n").entries()) {
      const row = y + index >= y1 && y + index < y2 ? this.#rows[y + index] : undefined;
      row?.push({ x, text: transformers.reduce((said, transform) => transform(said, index), line) });
    }
  }

  clip(clip: Clip): void {
    this.#clips.push(clip);
  }

  unclip(): void {
    this.#clips.pop();
  }

  get(): { readonly output: string; readonly height: number } {
    return { output: this.#rows.map(joined).join("\n"), height: this.height };
  }
}
