import { HIDDEN, PILE, STRAY_JOINER, STRAY_TAG } from "./hiddenCharacters.ts";

/** Characters; the longest name that common file systems have. */
const MAX_LENGTH = 255;

const codeOf = (one: string): string =>
  `[U+${one.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`;

/**
 * A file's name as it may be shown. What would hide or reorder a part of it is shown by its code: `photo[U+202E]gnp.exe`.
 * It is text, not HTML; `fileNameNode` also keeps its ending in place.
 */
export const displayFileName = (name: string): string => {
  const characters = Array.from(name.toWellFormed());
  const cut = characters.length > MAX_LENGTH;
  // The middle goes: the ending tells what will be opened.
  const text = cut
    ? [...characters.slice(0, MAX_LENGTH - 64), "…", ...characters.slice(-63)].join("")
    : characters.join("");
  const shown = [HIDDEN, STRAY_TAG, STRAY_JOINER].reduce(
    (rest, hidden) => rest.replace(hidden, codeOf),
    text,
  );
  return shown.replace(PILE, "$1").trim() || codeOf(name === "" ? "\0" : name);
};
