import type { MarkdownIt } from "markdown-it";
import { escapeHtml } from "../escapeHtml.ts";

/** Languages are short words: c++, objective-c, f#, asp.net. Anything else is no language. */
const LANGUAGE = /^[a-z0-9][a-z0-9+#._-]{0,39}$/;

/** Shows a fenced block, with its language as a class that a highlighter may look for. */
export const fenceRule = (md: MarkdownIt): void => {
  md.renderer.rules["fence"] = (tokens, at) => {
    const { info, content } = tokens[at]!;
    const language = (info.trim().split(/\s/, 1)[0] ?? "").toLowerCase();
    const attribute = LANGUAGE.test(language) ? ` class="language-${language}"` : "";
    return `<pre><code${attribute}>${escapeHtml(content)}</code></pre>\n`;
  };
};
