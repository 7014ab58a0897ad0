import { displayName } from "./displayName.ts";

/** A name as an element of its own: text from right to left inside of it leaves the text around it alone. */
export const nameNode = (name: string, document: Document = globalThis.document): HTMLElement => {
  const node = document.createElement("bdi");
  node.textContent = displayName(name);
  return node;
};
