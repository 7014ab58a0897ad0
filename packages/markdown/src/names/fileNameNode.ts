import { displayFileName } from "./displayFileName.ts";

const ENDING = /\.[^.\s]{1,16}$/u;

/** A file's name as an element: its ending stands at the end, whatever direction the rest has. */
export const fileNameNode = (name: string, document: Document = globalThis.document): HTMLElement => {
  const shown = displayFileName(name);
  const ending = ENDING.exec(shown)?.[0] ?? "";
  const node = document.createElement("span");
  node.dir = "ltr";
  for (const part of [shown.slice(0, shown.length - ending.length), ending]) {
    const isolated = document.createElement("bdi");
    isolated.textContent = part;
    node.append(isolated);
  }
  return node;
};
