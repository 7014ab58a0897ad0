import { expect, it } from "vitest";
import { exportsDecider, impurities } from "./purity.ts";
import { functionSizes } from "./sizes.ts";
import { parseSource } from "./Source.ts";

const parse = (text: string) => parseSource("packages/workspace/src/channel/Channel.ts", text);

it.each([
  "export const decide = () => Date.now()",
  "export const decide = () => new Date()",
  "export const decide = () => Math.random()",
  "export const decide = () => crypto.randomUUID()",
  'import { randomUUID } from "node:crypto"',
  'import { Effect, Schema } from "effect"',
  'import * as Effect from "effect/Effect"',
])("finds what makes a decision depend on more than its arguments: %s", (text) => {
  expect(impurities(parse(text))).toHaveLength(1);
});

it.each([
  "export const decide = (at: number) => new Date(at)",
  'import { Result, Schema } from "effect"',
  "export const evolve = (state: { crypto: string }) => state.crypto",
])("lets a plain function be: %s", (text) => {
  expect(impurities(parse(text))).toEqual([]);
});

it("knows deciders by what they export", () => {
  expect(exportsDecider(parse("export const decide = 1"))).toBe(true);
  expect(exportsDecider(parse("export function evolveMember() {}"))).toBe(true);
  expect(exportsDecider(parse("const decide = 1; export { decide }"))).toBe(true);
  expect(exportsDecider(parse("const decide = 1; export { decide as other }"))).toBe(false);
});

it("counts a function's own lines, without those of the functions in it", () => {
  const sizes = functionSizes(
    parse("const outer = () => {\n  const inner = () => {\n    a();\n  };\n  inner();\n};"),
  );
  expect(sizes.map(({ name, lines }) => [name, lines])).toEqual([
    ["inner", 3],
    ["outer", 4],
  ]);
});
