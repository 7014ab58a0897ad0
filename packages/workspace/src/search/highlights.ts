/** A stretch of a snippet, in code points: from `start` up to but not including `end`. */
export interface Highlight {
  readonly start: number;
  readonly end: number;
}

/** Marks that stand around what matched in a marked snippet; private-use characters that no text should have. */
export const MARK_START = "\u{e000}";
export const MARK_END = "\u{e001}";

/** Takes the marks out of a snippet and tells where they stood. */
export const readHighlights = (
  marked: string,
): { readonly snippet: string; readonly highlights: ReadonlyArray<Highlight> } => {
  const highlights: Array<Highlight> = [];
  let snippet = "";
  let position = 0;
  let start: number | undefined;
  for (const char of marked) {
    if (char === MARK_START) start = position;
    else if (char === MARK_END) {
      if (start !== undefined && position > start) highlights.push({ start, end: position });
      start = undefined;
    } else {
      snippet += char;
      position++;
    }
  }
  return { snippet, highlights };
};
