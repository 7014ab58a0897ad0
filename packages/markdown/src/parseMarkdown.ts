import MarkdownIt, { type Token } from "markdown-it";
import { calledIn } from "./references/calledIn.ts";
import { channelRule } from "./references/channelRule.ts";
import { type Called, mentionRule } from "./references/mentionRule.ts";
import { fenceRule } from "./rules/fenceRule.ts";
import { flatRule, MAX_NESTING } from "./rules/flatRule.ts";
import { linkRule } from "./rules/linkRule.ts";
import { tableRule } from "./rules/tableRule.ts";
import { taskRule } from "./rules/taskRule.ts";

const RULES = [flatRule, mentionRule, channelRule, fenceRule, linkRule, tableRule, taskRule];

const parser = new MarkdownIt({ html: false, linkify: true, breaks: true, maxNesting: MAX_NESTING });
for (const rule of RULES) parser.use(rule);

/** A message's tokens, and how to write them as HTML. */
export interface Parsed {
  readonly tokens: Array<Token>;
  readonly toHtml: () => string;
}

export const parseMarkdown = (source: string): Parsed => {
  const env = { called: calledIn(source) } satisfies Called;
  const tokens = parser.parse(source, env);
  return { tokens, toHtml: () => parser.renderer.render(tokens, parser.options, env) };
};
