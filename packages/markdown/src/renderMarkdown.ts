import MarkdownIt from "markdown-it";

const parser = new MarkdownIt({ html: false, linkify: true, breaks: true });

/** The HTML of a message's Markdown. It has to pass the sanitizer before a page shows it. */
export const renderMarkdown = (source: string): string => parser.render(source);
