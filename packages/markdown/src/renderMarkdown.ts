import type { Token } from "markdown-it";
import { escapeHtml } from "./escapeHtml.ts";
import { parseMarkdown } from "./parseMarkdown.ts";

/** UTF-16 units. The server takes 40,000 characters, each of at most two units; what is longer is no message of ours. */
const MAX_LENGTH = 80_000;
/** Markup makes fewer tokens than the longest message has characters; only a table's empty cells can make more. */
const MAX_TOKENS = 40_000;

const countOf = (tokens: ReadonlyArray<Token>): number =>
  tokens.reduce((sum, { children }) => sum + 1 + (children?.length ?? 0), 0);

const plain = (source: string): string => `<pre class="plain">${escapeHtml(source)}</pre>\n`;

/**
 * The HTML of a message's Markdown: CommonMark without raw HTML, with tables, strikethrough, task lists, kept line breaks,
 * links in plain sight, mentions and channels. The work is bounded: what is too much to lay out is shown as plain text.
 *
 * A page shows it by `renderSafely`, which has it pass a sanitizer as well.
 */
export const renderMarkdown = (source: string): string => {
  if (source.length > MAX_LENGTH) return plain(source);
  const { tokens, toHtml } = parseMarkdown(source);
  return countOf(tokens) > MAX_TOKENS ? plain(source) : toHtml();
};
