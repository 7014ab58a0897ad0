import { deciderExport, impureGlobals, impureMembers, impureModules, impureOfEffect } from "./deciders.ts";
import { importsOf, type Import } from "./importsOf.ts";
import { isNode, lineAt, visit, type Node, type Source } from "./Source.ts";

export interface Impurity {
  readonly line: number;
  readonly message: string;
}

const identifier = (value: unknown): string | undefined =>
  isNode(value) && value.type === "Identifier" ? String(value["name"]) : undefined;

const isDate = (node: Node) => {
  const bare = node.type === "CallExpression" && identifier(node["callee"]) === "Date";
  const made = node.type === "NewExpression" && identifier(node["callee"]) === "Date";
  return bare || (made && (node["arguments"] as ReadonlyArray<unknown>).length === 0);
};

const impureMember = (node: Node): string | undefined => {
  if (node.type !== "MemberExpression") return undefined;
  const [object, property] = [identifier(node["object"]), identifier(node["property"])];
  if (object === undefined || property === undefined) return undefined;
  if (impureGlobals.has(object)) return object;
  if (object === "globalThis" && impureGlobals.has(property)) return property;
  return impureMembers.has(`${object}.${property}`) ? `${object}.${property}` : undefined;
};

const impureCall = (node: Node): string | undefined => {
  const callee = node.type === "CallExpression" ? identifier(node["callee"]) : undefined;
  return callee !== undefined && impureGlobals.has(callee) ? callee : undefined;
};

const impureImport = ({ specifier, names }: Import): string | undefined => {
  if (impureModules.test(specifier)) return specifier;
  if (specifier === "effect") return names.find((name) => name === "*" || impureOfEffect.has(name));
  if (!specifier.startsWith("effect/")) return undefined;
  return impureOfEffect.has(specifier.slice("effect/".length)) ? specifier : undefined;
};

/** Whatever in a file makes its functions depend on more than their arguments. */
export const impurities = (source: Source): ReadonlyArray<Impurity> => {
  const found: Array<Impurity> = [];
  const add = (start: number, what: string) =>
    found.push({ line: lineAt(source, start), message: `uses ${what}` });
  visit(source.program, (node) => {
    if (isDate(node)) add(node.start, "the current time: new Date()");
    const what = impureMember(node) ?? impureCall(node);
    if (what !== undefined) add(node.start, what);
  });
  for (const each of importsOf(source)) {
    const what = impureImport(each);
    if (what !== undefined) found.push({ line: each.line, message: `imports ${what} of ${each.specifier}` });
  }
  return found;
};

const declaredNames = (node: Node): ReadonlyArray<string> => {
  const declaration = node["declaration"];
  if (isNode(declaration)) {
    const list = Array.isArray(declaration["declarations"]) ? declaration["declarations"] : [declaration];
    return list.filter(isNode).flatMap((each) => identifier(each["id"]) ?? []);
  }
  const specifiers = node["specifiers"];
  return Array.isArray(specifiers)
    ? specifiers.filter(isNode).flatMap((each) => identifier(each["exported"]) ?? [])
    : [];
};

/** Whether a file exports a decider: a function named `decide…` or `evolve…`. */
export const exportsDecider = (source: Source): boolean =>
  ((source.program["body"] ?? []) as ReadonlyArray<Node>)
    .filter((node) => node.type === "ExportNamedDeclaration")
    .flatMap(declaredNames)
    .some((name) => deciderExport.test(name));
