/** Written down apart from the sanitizer's own lists, so that a slip there shows here. */
const ELEMENTS = new Set(
  "p br hr h1 h2 h3 h4 h5 h6 strong em s code pre blockquote ul ol li a span bdi table thead tbody tr th td".split(
    " ",
  ),
);
const ATTRIBUTES = new Set("href title class start target rel dir data-handle data-channel".split(" "));
const PROTOCOLS = new Set(["http:", "https:", "mailto:"]);

const ofLink = (link: HTMLAnchorElement): ReadonlyArray<string> => {
  if (!link.hasAttribute("href")) return [];
  const guarded =
    link.target === "_blank" && ["noopener", "noreferrer"].every((one) => link.relList.contains(one));
  return [
    ...(PROTOCOLS.has(link.protocol) ? [] : [`a link to ${link.protocol}`]),
    ...(guarded ? [] : ["a link without its guards"]),
  ];
};

const ofElement = (element: Element): ReadonlyArray<string> => [
  ...(element.namespaceURI === "http://www.w3.org/1999/xhtml" ? [] : [`namespace ${element.namespaceURI}`]),
  ...(ELEMENTS.has(element.localName) ? [] : [`element ${element.localName}`]),
  ...element
    .getAttributeNames()
    .filter((name) => !ATTRIBUTES.has(name))
    .map((name) => `attribute ${name}`),
  ...(element instanceof HTMLAnchorElement ? ofLink(element) : []),
];

/** Everything below a node that no message may bring into a page. */
export const inspect = (root: ParentNode & Node): ReadonlyArray<string> => {
  const comments = document.createTreeWalker(
    root,
    NodeFilter.SHOW_COMMENT | NodeFilter.SHOW_PROCESSING_INSTRUCTION,
  );
  const found = [...root.querySelectorAll("*")].flatMap(ofElement);
  return [...new Set(comments.nextNode() === null ? found : [...found, "a comment"])];
};
