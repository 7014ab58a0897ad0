import { childrenOf, isNode, lineAt, type Node, type Source } from "./Source.ts";

/** A function and how many lines it has of its own: those of functions inside it are counted with them. */
export interface FunctionSize {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

const isFunction = (node: Node) =>
  node.type === "FunctionDeclaration" ||
  node.type === "FunctionExpression" ||
  node.type === "ArrowFunctionExpression";

const nameIn = (node: Node): string | undefined => {
  const holder = node["id"] ?? node["key"];
  return isNode(holder) && typeof holder["name"] === "string" ? holder["name"] : undefined;
};

/** Counts the functions of a file; one without a name takes that of what it is assigned to, else of its parent. */
export const functionSizes = (source: Source): ReadonlyArray<FunctionSize> => {
  const found: Array<FunctionSize> = [];
  const span = (node: Node) => lineAt(source, node.end) - lineAt(source, node.start) + 1;

  /** Gives how many whole lines the functions within the node take. */
  const measure = (node: Node, name: string): number => {
    const own = nameIn(node) ?? name;
    const inner = childrenOf(node).reduce((sum, child) => sum + measure(child, own), 0);
    if (!isFunction(node)) return inner;
    const lines = span(node);
    found.push({ name: own, line: lineAt(source, node.start), lines: lines - inner });
    return lines > 1 ? lines - 1 : 0;
  };

  measure(source.program, "(top)");
  return found;
};

/** The value below which a share of the numbers lies; 0 for none. */
export const percentile = (numbers: ReadonlyArray<number>, share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(numbers.length * share) - 1)] ?? 0;
