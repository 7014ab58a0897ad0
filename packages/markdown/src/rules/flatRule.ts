import type { MarkdownIt, StateBlock } from "markdown-it";

/** Quotes and lists that may stand in each other; a list is two levels. Mail clients quote less deep than that. */
export const MAX_NESTING = 40;
/** A paragraph and what is in it take two levels more. */
const FLAT_FROM = MAX_NESTING - 4;

const rule = (state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean => {
  if (silent || state.level < FLAT_FROM) return false;
  let next = startLine + 1;
  while (next < endLine && !state.isEmpty(next) && state.sCount[next]! >= state.blkIndent) next++;
  state.line = next;
  state.push("paragraph_open", "p", 1);
  const text = state.push("inline", "", 0);
  text.content = state.getLines(startLine, next, state.blkIndent, false).trim();
  text.children = [];
  state.push("paragraph_close", "p", -1);
  return true;
};

/** Shows as plain paragraphs what is nested too deep. Without it the parser would leave that text out. */
export const flatRule = (md: MarkdownIt): void => {
  md.block.ruler.before("table", "flat", rule);
};
