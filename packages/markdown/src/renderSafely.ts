import type { WindowLike } from "dompurify";
import { renderMarkdown } from "./renderMarkdown.ts";
import { sanitizeHtml } from "./sanitizeHtml.ts";

/** What a page puts where a message's text belongs. It executes nothing and loads nothing, whoever wrote the text. */
export const renderSafely = (source: string, window: WindowLike = globalThis.window): DocumentFragment =>
  sanitizeHtml(renderMarkdown(source), window);
