/** What a reader's mouse, keyboard and browser do to everything that is shown. */
const EVENTS = (
  "pointerover mouseover mouseenter mousemove mousedown mouseup dblclick contextmenu focusin keydown " +
  "input change copy scroll wheel animationstart transitionend"
).split(" ");

const handlersOf = (element: Element): ReadonlyArray<string> =>
  element
    .getAttributeNames()
    .filter((name) => /^on/i.test(name))
    .map((name) => name.slice(2).toLowerCase());

/** Elements of one text: a longer text repeats itself, and every focus lays out the page anew. */
const MOST = 40;

const some = (elements: ReadonlyArray<Element>): ReadonlyArray<Element> =>
  elements.length <= MOST ? elements : [...elements.slice(0, MOST / 2), ...elements.slice(-MOST / 2)];

/** Does to the elements below a node what might set off a handler or follow a link. */
export const provoke = (root: ParentNode): void => {
  for (const element of some([...root.querySelectorAll("*")])) {
    for (const name of new Set([...EVENTS, ...handlersOf(element)]))
      element.dispatchEvent(new Event(name, { bubbles: true, cancelable: true }));
    if (element instanceof HTMLElement || element instanceof SVGElement) element.focus();
    element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, view: window }));
  }
};

/** Keeps the page where it is: links and forms that lead to an ordinary address are not followed. Others are. */
export const stayHere = (): void => {
  const ordinary = (address: string) => /^(?:https?|mailto|file|about|ftp):/i.test(address);
  window.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a, area") : null;
    const href = link instanceof SVGAElement ? link.href.baseVal : (link as HTMLAnchorElement | null)?.href;
    if (href !== undefined && (href === "" || ordinary(href))) event.preventDefault();
  });
  window.addEventListener("submit", (event) => {
    const { submitter, target } = event;
    const own = submitter?.getAttribute("formaction") ?? (target as Element).getAttribute("action") ?? "";
    if (!/script/i.test(own)) event.preventDefault();
  });
};
