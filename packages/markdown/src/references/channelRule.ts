import type { MarkdownIt, StateInline } from "markdown-it";
import { escapeHtml } from "../escapeHtml.ts";

/** A `#` that begins a word, and what may be a channel's name behind it: letters, digits, `_` and `-`, at most 80. */
const CHANNEL =
  /(?<![\p{Letter}\p{Mark}\p{Number}_&#@/?=.-])#([\p{Letter}\p{Number}](?:[\p{Letter}\p{Mark}\p{Number}_-]{0,78}[\p{Letter}\p{Mark}\p{Number}_])?)(?![\p{Letter}\p{Mark}\p{Number}_#;])/uy;
const HASH = 0x23;

const rule = (state: StateInline, silent: boolean): boolean => {
  if (state.src.charCodeAt(state.pos) !== HASH) return false;
  CHANNEL.lastIndex = state.pos;
  const name = CHANNEL.exec(state.src)?.[1];
  if (name === undefined || state.pos + name.length >= state.posMax) return false;
  if (!silent) state.push("channel", "span", 0).content = name;
  state.pos += name.length + 1;
  return true;
};

/** Marks `#name`; whether there is such a channel is for the reader's client to say. */
export const channelRule = (md: MarkdownIt): void => {
  md.inline.ruler.before("link", "channel", rule);
  md.renderer.rules["channel"] = (tokens, at) => {
    const name = tokens[at]!.content;
    // as the server folds the names of channels
    const folded = name.normalize("NFKC").toLowerCase();
    return `<span class="channel" data-channel="${escapeHtml(folded)}">#${escapeHtml(name)}</span>`;
  };
};
