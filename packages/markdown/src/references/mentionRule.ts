import type { MarkdownIt, StateInline } from "markdown-it";
import { escapeHtml } from "../escapeHtml.ts";

const MENTION = /(?<![\p{Letter}\p{Number}_@/.-])@([a-z0-9_-]{2,32})(?![\p{Letter}\p{Number}_@])/iuy;
const AT = 0x40;

/** What a parse knows beside the text: `calledIn` of its whole source. */
export interface Called {
  readonly called: ReadonlySet<string>;
}

const rule = (state: StateInline, silent: boolean): boolean => {
  if (state.src.charCodeAt(state.pos) !== AT) return false;
  MENTION.lastIndex = state.pos;
  const name = MENTION.exec(state.src)?.[1]?.replace(/-+$/, "") ?? "";
  const { called } = state.env as unknown as Called;
  if (state.pos + name.length >= state.posMax || !called.has(name.toLowerCase())) return false;
  if (!silent) state.push("mention", "span", 0).content = name;
  state.pos += name.length + 1;
  return true;
};

/** Marks `@handle`, `@channel`, `@here` and `@everyone` where the server calls them. */
export const mentionRule = (md: MarkdownIt): void => {
  md.inline.ruler.before("link", "mention", rule);
  md.renderer.rules["mention"] = (tokens, at) => {
    const name = tokens[at]!.content;
    return `<span class="mention" data-handle="${escapeHtml(name.toLowerCase())}">@${escapeHtml(name)}</span>`;
  };
};
