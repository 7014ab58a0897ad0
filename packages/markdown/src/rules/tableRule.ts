import type { MarkdownIt, Token } from "markdown-it";

const ALIGNMENT = /^text-align:(left|center|right)$/;

/** A column's alignment as a class: styles are allowed nowhere. */
const alignByClass = (token: Token): void => {
  const alignment = ALIGNMENT.exec(String(token.attrGet("style") ?? ""))?.[1];
  token.attrs = alignment === undefined ? null : [["class", `align-${alignment}`]];
};

export const tableRule = (md: MarkdownIt): void => {
  md.core.ruler.push("alignment", ({ tokens }) => {
    for (const token of tokens) if (token.type === "th_open" || token.type === "td_open") alignByClass(token);
  });
};
