import { describe, expect, it } from "vitest";
import { importCycles } from "./importCycles.ts";
import { importProblems, nameProblem, projectProblems } from "./importRules.ts";
import { importsOf } from "./importsOf.ts";
import type { Project } from "./ProjectGraph.ts";
import { parseSource } from "./Source.ts";

const project = (name: string, layer: string, declared: ReadonlyArray<string> = []): Project => ({
  name: `@clickclack/${name}`,
  folder: `packages/${name}`,
  layers: [layer],
  dependsOn: declared.filter((each) => each.startsWith("@clickclack/")),
  declared: new Set(declared),
  exports: { "./*": "./src/*.ts" },
});

const protocol = project("protocol", "protocol");
const identity = project("identity", "context", ["@clickclack/protocol", "@clickclack/gateway", "effect"]);
const projects = [
  protocol,
  identity,
  project("workspace", "context", ["@clickclack/identity"]),
  project("gateway", "gateway", ["@clickclack/identity", "uWebSockets.js", "pg"]),
  project("sdk", "sdk", ["@clickclack/protocol"]),
];

const problemsOf = (file: string, text: string): ReadonlyArray<string> =>
  importsOf(parseSource(file, text)).flatMap((each) =>
    importProblems(file, each, { projects, tools: new Set(["vitest"]) }),
  );

describe("an import is refused", () => {
  it.each([
    ["against the layers", "packages/identity/src/A.ts", 'import type { B } from "@clickclack/gateway/B"'],
    ["from one context of another", "packages/workspace/src/A.ts", 'export * from "@clickclack/identity/B"'],
    ["of a driver outside of its home", "packages/gateway/src/A.ts", 'await import("pg")'],
    ["of a package that is not declared", "packages/identity/src/A.ts", 'import { Kysely } from "kysely"'],
    ["of a tool in code that ships", "packages/identity/src/A.ts", 'import { it } from "vitest"'],
    [
      "by a path out of its package",
      "packages/identity/src/A.ts",
      'import { b } from "../../gateway/src/b.ts"',
    ],
    [
      "by a path into a package",
      "test/system/a.test.ts",
      'import { b } from "../../packages/gateway/src/b.ts"',
    ],
    [
      "of a value where only types may be",
      "packages/sdk/src/A.ts",
      'import { b } from "@clickclack/protocol/b"',
    ],
  ])("%s", (_, file, text) => {
    expect(problemsOf(file, text)).toHaveLength(1);
  });
});

describe("an import is fine", () => {
  it.each([
    ["along the layers", "packages/gateway/src/A.ts", 'import { b } from "@clickclack/identity/b"'],
    ["of a driver at its home", "packages/gateway/src/A.ts", 'import { App } from "uWebSockets.js"'],
    ["of a tool in a test", "packages/identity/src/A.test.ts", 'import { it } from "vitest"'],
    ["of a driver in a whole-system test", "test/system/a.test.ts", 'import { Pool } from "pg"'],
    [
      "of the shared servers in a test",
      "packages/identity/src/A.int.test.ts",
      'import "../../../test/support/a.ts"',
    ],
    ["of types by the SDK", "packages/sdk/src/A.ts", 'import type { B } from "@clickclack/protocol/B"'],
    [
      "of Node and of a neighbour",
      "packages/identity/src/A.ts",
      'import "node:fs"; import { b } from "./b.ts"',
    ],
  ])("%s", (_, file, text) => {
    expect(problemsOf(file, text)).toEqual([]);
  });
});

it("refuses file names that say nothing", () => {
  expect(nameProblem("packages/identity/src/utils.ts")).toBeDefined();
  expect(nameProblem("packages/identity/src/index.ts")).toBeDefined();
  expect(nameProblem("packages/identity/src/Account.ts")).toBeUndefined();
});

it("refuses a package without a layer, and a dependency against the layers", () => {
  expect(projectProblems({ ...identity, layers: [] }, projects)).toHaveLength(1);
  expect(projectProblems({ ...protocol, dependsOn: [identity.name] }, projects)).toHaveLength(1);
  expect(projectProblems(identity, projects)).toHaveLength(1);
  expect(projectProblems(protocol, projects)).toEqual([]);
});

it("finds circles, and none where there are none", () => {
  const graph = (...edges: ReadonlyArray<readonly [string, ...ReadonlyArray<string>]>) =>
    new Map(edges.map(([from, ...to]) => [from, new Set(to)]));
  expect(importCycles(graph(["a", "b"], ["b", "c"], ["c", "a", "d"], ["d"]))).toEqual([["a", "b", "c", "a"]]);
  expect(importCycles(graph(["a", "a"]))).toEqual([["a", "a"]]);
  expect(importCycles(graph(["a", "b", "c"], ["b", "c"], ["c"]))).toEqual([]);
});
