import createPurifier, { type Config, type DOMPurify, type WindowLike } from "dompurify";
import { isSafeHref } from "./isSafeHref.ts";

/** What `renderMarkdown` writes, and nothing else: a second wall that does not trust the first one. */
const TAGS = "p br hr h1 h2 h3 h4 h5 h6 strong em s code pre blockquote ul ol li a span".split(" ");
const TABLE = "table thead tbody tr th td".split(" ");
const ATTRIBUTES = ["href", "title", "class", "start", "target", "rel", "data-handle", "data-channel"];
/** A sender may not dress up as part of the page: these classes alone come through. */
const CLASS =
  /^(?:mention|channel|image|task|box|plain|align-(?:left|center|right)|language-[a-z0-9+#._-]{1,40})$/;

const CONFIG: Config = {
  ALLOWED_TAGS: [...TAGS, ...TABLE],
  ALLOWED_ATTR: ATTRIBUTES,
  ALLOWED_NAMESPACES: ["http://www.w3.org/1999/xhtml"],
  ALLOWED_URI_REGEXP: /^(?:https?:\/\/|mailto:)/i,
  ADD_URI_SAFE_ATTR: ATTRIBUTES.filter((name) => name !== "href"),
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  SANITIZE_NAMED_PROPS: true,
  FORBID_ATTR: ["id", "name", "style", "is"],
};

const VALUES: Readonly<Record<string, (value: string, node: Element) => boolean>> = {
  href: (value, node) => node.localName === "a" && isSafeHref(value),
  class: (value) => CLASS.test(value),
  start: (value, node) => node.localName === "ol" && /^\d{1,9}$/.test(value),
  target: () => false,
  rel: () => false,
};

const purifierOf = (window: WindowLike): DOMPurify => {
  const purifier = createPurifier(window);
  // Without a DOM it would hand everything back as it came.
  if (!purifier.isSupported) throw new Error("sanitizing needs a browser's DOM");
  purifier.addHook("uponSanitizeAttribute", (node, data) => {
    data.keepAttr = VALUES[data.attrName]?.(data.attrValue, node) ?? true;
  });
  purifier.addHook("afterSanitizeAttributes", (node) => {
    if (!node.hasAttribute("href")) return;
    node.setAttribute("target", "_blank");
    node.setAttribute("rel", "noopener noreferrer nofollow");
  });
  return purifier;
};

const purifiers = new WeakMap<WindowLike, DOMPurify>();

/**
 * Any HTML, reduced to what messages are made of. It is a fragment, not text: text would be parsed once more, and may mean
 * something else then.
 *
 * @throws Error where there is no DOM
 */
export const sanitizeHtml = (html: string, window: WindowLike): DocumentFragment => {
  const purifier = purifiers.get(window) ?? purifierOf(window);
  purifiers.set(window, purifier);
  return purifier.sanitize(html, { ...CONFIG, RETURN_DOM_FRAGMENT: true });
};
