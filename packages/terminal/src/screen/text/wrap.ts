import { cellsOf, graphemes } from "./cells.ts";

/** Cells that rows have. */
export interface RowWidths {
  /** What is free in the first row; the others have `rest`. */
  readonly first: number;
  readonly rest: number;
}

/** Words of scripts without spaces may be parted anywhere. */
const isWide = (word: string): boolean => cellsOf(word) > graphemes(word).length;

/** Collects rows of one paragraph. */
class Rows {
  readonly rows: Array<string> = [];
  readonly #widths: RowWidths;
  #row = "";
  #taken = 0;

  constructor(widths: RowWidths) {
    this.#widths = widths;
  }

  get free(): number {
    const { first, rest } = this.#widths;
    return (this.rows.length === 0 ? first : rest) - this.#taken;
  }

  add(text: string, cells: number): void {
    this.#row += text;
    this.#taken += cells;
  }

  get isEmpty(): boolean {
    return this.#taken === 0;
  }

  end(): void {
    this.rows.push(this.#row.trimEnd());
    this.#row = "";
    this.#taken = 0;
  }
}

const addByCharacter = (rows: Rows, word: string): void => {
  for (const one of graphemes(word)) {
    const cells = cellsOf(one);
    if (cells > rows.free && !(rows.isEmpty && rows.rows.length > 0)) rows.end();
    rows.add(one, cells);
  }
};

const addWord = (rows: Rows, word: string, rest: number): void => {
  const cells = cellsOf(word);
  if (cells <= rows.free) return rows.add(word, cells);
  // The space at which a row is parted is not shown.
  if (word.startsWith(" ")) return rows.end();
  if (cells > rest || isWide(word)) return addByCharacter(rows, word);
  rows.end();
  rows.add(word, cells);
};

const wrapParagraph = (paragraph: string, widths: RowWidths): ReadonlyArray<string> => {
  if (cellsOf(paragraph) <= widths.first) return [paragraph];
  const rows = new Rows(widths);
  for (const [word] of paragraph.matchAll(/ +|[^ ]+/g)) addWord(rows, word, widths.rest);
  if (!rows.isEmpty || rows.rows.length === 0) rows.end();
  return rows.rows;
};

/** A text as rows of at most so many cells: parted at spaces where that is possible, and at its line feeds. */
export const wrap = (text: string, { first, rest }: RowWidths): ReadonlyArray<string> => {
  const widths = { first: Math.max(0, first), rest: Math.max(1, rest) };
  return text
    .split("\n")
    .flatMap((paragraph, at) =>
      wrapParagraph(paragraph, at === 0 ? widths : { first: widths.rest, rest: widths.rest }),
    );
};
