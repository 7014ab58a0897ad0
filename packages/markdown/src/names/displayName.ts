import { HIDDEN, PILE, STRAY_JOINER, STRAY_TAG } from "./hiddenCharacters.ts";

const SPACE = /[\s\u0085]+/g;
/** What stands for a name in which nothing can be seen. */
const NOTHING = "\ufffd";
const VISIBLE = /[\p{Letter}\p{Number}\p{Punctuation}\p{Symbol}]/u;

/**
 * A person's, channel's or workspace's name as it may be shown: one line, without characters that hide, reorder or pile up.
 * It is text, not HTML, and it still may run from right to left: `nameNode` keeps that inside.
 */
export const displayName = (name: string): string => {
  const line = name.toWellFormed().replace(SPACE, " ");
  const seen = line.replace(HIDDEN, "").replace(STRAY_TAG, "").replace(STRAY_JOINER, "").replace(PILE, "$1");
  return VISIBLE.test(seen) ? seen.trim() : NOTHING;
};
