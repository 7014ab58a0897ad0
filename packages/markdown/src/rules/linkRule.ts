import type { MarkdownIt, StateCore, Token } from "markdown-it";
import { isSafeHref } from "../isSafeHref.ts";

/** What cannot be seen would let an address look like another one. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Attributes of every link: the page behind it learns nothing of the reader's page and cannot reach it. */
const GUARDS = [
  ["target", "_blank"],
  ["rel", "noopener noreferrer nofollow"],
] as const;

const guard = (token: Token): Token => {
  for (const [name, value] of GUARDS) token.attrSet(name, value);
  return token;
};

const asLink = (image: Token, label: string, state: StateCore): ReadonlyArray<Token> => {
  const open = guard(new state.Token("link_open", "a", 1));
  const src = image.attrGet("src") ?? "";
  open.attrSet("href", String(src));
  open.attrSet("class", "image");
  const text = new state.Token("text", "", 0);
  text.content = label === "" ? String(src) : label;
  return [open, text, new state.Token("link_close", "a", -1)];
};

/** Links get their guards; images become links, and plain text inside of a link. */
const rewrite = (tokens: ReadonlyArray<Token>, state: StateCore): Array<Token> => {
  let links = 0;
  return tokens.flatMap((token) => {
    if (token.type === "link_open") guard(token);
    if (token.type === "link_open" || token.type === "link_close") links += token.nesting;
    if (token.type !== "image") return token;
    const label = state.md.renderer.renderInlineAsText(token.children ?? [], state.md.options, state.env);
    if (links === 0) return [...asLink(token, label, state)];
    const text = new state.Token("text", "", 0);
    text.content = label;
    return text;
  });
};

/** Allows links to http, https and mailto, shows addresses as they were written, and never loads an image. */
export const linkRule = (md: MarkdownIt): void => {
  md.validateLink = isSafeHref;
  md.normalizeLinkText = (url) => url.replace(INVISIBLE, (one) => encodeURIComponent(one));
  for (const scheme of ["ftp:", "//"]) md.linkify.add(scheme, null);
  md.core.ruler.push("links", (state) => {
    for (const token of state.tokens)
      if (token.type === "inline") token.children = rewrite(token.children ?? [], state);
  });
};
