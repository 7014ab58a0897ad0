import stringWidth from "string-width";

// Most of what is shown; to count it needs no table.
const ONE_CELL_EACH = /^[ -~]*$/;

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** What is seen as one character each. */
export const graphemes = (text: string): ReadonlyArray<string> =>
  ONE_CELL_EACH.test(text) ? text.split("") : [...segmenter.segment(text)].map(({ segment }) => segment);

/** Cells that a text without line feeds takes on a terminal. */
export const cellsOf = (text: string): number => (ONE_CELL_EACH.test(text) ? text.length : stringWidth(text));

/** As much of a text as fits, with `…` for the rest. */
export const cut = (text: string, cells: number): string => {
  if (cellsOf(text) <= cells) return text;
  if (cells < 1) return "";
  let kept = "";
  let taken = 0;
  for (const one of graphemes(text)) {
    taken += cellsOf(one);
    if (taken > cells - 1) break;
    kept += one;
  }
  return `${kept}…`;
};

/** A text in exactly so many cells. */
export const fit = (text: string, cells: number): string => {
  const shown = cut(text, cells);
  return shown + " ".repeat(Math.max(0, cells - cellsOf(shown)));
};
