import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "vitest/node";
import { root } from "./root.ts";

/** A node of the ESTree syntax tree with TypeScript's additions. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** A parsed source file. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly program: Node;
}

export const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";

/** The line, from 1, at which an offset stands. */
export const lineAt = (source: Source, offset: number): number =>
  source.text.slice(0, offset).split("\n").length;

/** The nodes directly below a node. */
export const childrenOf = (node: Node): ReadonlyArray<Node> =>
  Object.values(node).flatMap((value) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );

/** Calls `see` for a node and everything below it. */
export const visit = (node: Node, see: (node: Node) => void): void => {
  see(node);
  for (const child of childrenOf(node)) visit(child, see);
};

/** Keeps the script blocks of a Svelte file and blanks the rest, so that offsets and lines stay true. */
const scriptsOnly = (text: string): string => {
  const blank = (part: string) => part.replaceAll(/[^\n]/g, " ");
  const block = /(<script[^>]*>)([\s\S]*?)<\/script>/g;
  let kept = "";
  let end = 0;
  for (const match of text.matchAll(block)) {
    const start = match.index + (match[1] ?? "").length;
    kept += blank(text.slice(end, start)) + (match[2] ?? "");
    end = start + (match[2] ?? "").length;
  }
  return kept + blank(text.slice(end));
};

/** Parses text as the language that the file's name says. Throws on a syntax error. */
export const parseSource = (file: string, text: string): Source => {
  const code = file.endsWith(".svelte") ? scriptsOnly(text) : text;
  const program: unknown = parseAst(code, { lang: file.endsWith("x") ? "tsx" : "ts" }, file);
  if (!isNode(program)) throw new Error(`${file}: no syntax tree`);
  return { file, text: code, program };
};

/** Reads and parses one file, given by its path below the root. Throws on a syntax error. */
export const readSource = (file: string): Source => parseSource(file, readFileSync(join(root, file), "utf8"));
