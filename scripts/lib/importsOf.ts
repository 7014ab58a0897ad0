import { isNode, lineAt, visit, type Node, type Source } from "./Source.ts";

/** One import of a module, however it is written. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** `type` imports vanish when the types are stripped; `dynamic` ones run later than the module itself. */
  readonly kind: "value" | "type" | "dynamic";
  /** The names asked for, `*` for all of them. */
  readonly names: ReadonlyArray<string>;
}

const literal = (value: unknown): string | undefined =>
  isNode(value) && typeof value["value"] === "string" ? value["value"] : undefined;

const nameOf = (value: unknown): string =>
  isNode(value) ? String(value["name"] ?? value["value"] ?? "*") : "*";

const namesOf = (node: Node): ReadonlyArray<string> => {
  const specifiers = node["specifiers"];
  if (!Array.isArray(specifiers)) return ["*"];
  return specifiers.filter(isNode).map((specifier) => nameOf(specifier["imported"] ?? specifier["local"]));
};

const isType = (node: Node) => node["importKind"] === "type" || node["exportKind"] === "type";

const isRequire = (node: Node) => {
  const callee = node["callee"];
  return node.type === "CallExpression" && isNode(callee) && callee["name"] === "require";
};

const firstArgument = (node: Node) => (node["arguments"] as ReadonlyArray<unknown>)[0];

const describe = (
  node: Node,
): readonly [specifier: unknown, kind: Import["kind"], names: ReadonlyArray<string>] | undefined => {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
      return [node["source"], isType(node) ? "type" : "value", namesOf(node)];
    case "ImportExpression":
      return [node["source"], "dynamic", ["*"]];
    case "TSImportType":
      return [node["source"] ?? node["argument"], "type", ["*"]];
    case "TSExternalModuleReference":
      return [node["expression"], "value", ["*"]];
    default:
      return isRequire(node) ? [firstArgument(node), "value", ["*"]] : undefined;
  }
};

/** Every import of a file that names its module by a literal. */
export const importsOf = (source: Source): ReadonlyArray<Import> => {
  const found: Array<Import> = [];
  visit(source.program, (node) => {
    const [from, kind, names] = describe(node) ?? [];
    const specifier = literal(from);
    if (specifier === undefined || kind === undefined || names === undefined) return;
    found.push({ specifier, line: lineAt(source, node.start), kind, names });
  });
  return found;
};
