import MarkdownIt from "markdown-it";
import { escapeHtml } from "../../escapeHtml.ts";
import { displayFileName } from "../../names/displayFileName.ts";
import { displayName } from "../../names/displayName.ts";
import { fileNameNode } from "../../names/fileNameNode.ts";
import { nameNode } from "../../names/nameNode.ts";
import { renderMarkdown } from "../../renderMarkdown.ts";
import { renderSafely } from "../../renderSafely.ts";
import { sanitizeHtml } from "../../sanitizeHtml.ts";
import type { HostileCase } from "../hostile/HostileCase.ts";
import type { Rendering } from "./Harness.ts";

type Show = (place: HostileCase["place"], text: string) => Node;

/** Markdown as a careless program would have it: raw HTML, and links to anywhere. */
const careless = new MarkdownIt({ html: true, linkify: true, breaks: true });
careless.validateLink = () => true;

/** Parses HTML so that its scripts run, which `innerHTML` alone would not do. */
const live = (html: string): DocumentFragment => document.createRange().createContextualFragment(html);

const raw = (text: string): Node => {
  const node = document.createElement("div");
  node.innerHTML = text;
  return node;
};

const asMarkup = (text: string): string => `<span title="${text}">${text}</span>`;

const safe: Show = (place, text) => {
  if (place === "name") return nameNode(text);
  return place === "fileName" ? fileNameNode(text) : renderSafely(text);
};

const again = (node: Node): Node => {
  const holder = document.createElement("div");
  holder.append(node);
  return live(holder.innerHTML);
};

export const RENDERINGS: Readonly<Record<Rendering, Show>> = {
  safe,
  /** What is safe is written out as HTML and parsed again, twice: it must not turn into something else. */
  parsedAgain: (place, text) => again(again(safe(place, text))),
  rendererAlone: (place, text) => {
    if (place === "body") return live(renderMarkdown(text));
    return live(asMarkup(escapeHtml(place === "name" ? displayName(text) : displayFileName(text))));
  },
  sanitizerAlone: (place, text) =>
    sanitizeHtml(place === "body" ? careless.render(text) + text : asMarkup(text), window),
  raw: (place, text) => raw(place === "body" ? text : asMarkup(text)),
  careless: (place, text) => live(place === "body" ? careless.render(text) : asMarkup(text)),
};
