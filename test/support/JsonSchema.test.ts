import { describe, expect, it } from "vitest";
import { type JsonSchema, problemsOf } from "./JsonSchema.ts";

const schemas: Readonly<Record<string, JsonSchema>> = {
  tree: {
    type: "object",
    properties: { name: { type: "string" }, branches: { type: "array", items: { $ref: "tree" } } },
    required: ["name"],
  },
};
const problems = (value: unknown, schema: JsonSchema) =>
  problemsOf(value, schema, "it", (ref) => schemas[ref]!);

const cases: ReadonlyArray<
  readonly [JsonSchema, valid: ReadonlyArray<unknown>, invalid: ReadonlyArray<unknown>]
> = [
  [{ type: "string" }, ["", "a"], [1, null, [], {}, true, undefined]],
  [{ type: "integer" }, [0, -5, 1e9], [0.5, "1", null]],
  [{ type: "number" }, [0, 0.5], ["1", null]],
  [{ type: "boolean" }, [true, false], ["true", 0]],
  [{ type: "null" }, [null], [0, "", undefined]],
  [{ type: "object" }, [{}, { a: 1 }], [[], null, "{}"]],
  [{ type: ["string", "null"] }, ["", null], [0]],
  [{ type: "string", enum: ["a", "b"] }, ["a", "b"], ["c", ""]],
  [{ type: "string", minLength: 1, maxLength: 2 }, ["a", "ab", "👀👀"], ["", "abc", "👀👀👀"]],
  [
    { type: "array", items: { type: "integer" }, minItems: 1, maxItems: 2 },
    [[1], [1, 2]],
    [[], ["1"], [1, 2, 3], {}],
  ],
  [{ type: "integer", minimum: 0, maximum: 9 }, [0, 9], [-1, 10]],
  [{ type: "string", pattern: "^a+$" }, ["a", "aa"], ["", "ab"]],
  [
    { type: "string", format: "date-time" },
    ["2026-01-02T03:04:05.678Z"],
    ["2026-01-02", "2026-13-02T03:04:05Z", "now"],
  ],
  [{ type: "string", format: "int64" }, ["0", "-12"], ["1.5", "x", ""]],
  [{ anyOf: [{ type: "string" }, { type: "null" }] }, ["a", null], [1]],
  [{ oneOf: [{ type: "number" }, { type: "integer" }] }, [0.5], [1, "a"]],
  [{ allOf: [{ type: "string", minLength: 2 }, { maxLength: 3 }] }, ["ab", "abc"], ["a", "abcd", 5]],
  [
    { $ref: "tree" },
    [{ name: "a", branches: [{ name: "b", branches: [] }] }],
    [{}, { name: "a", branches: [{ name: 5 }] }],
  ],
  [{ $ref: "tree" }, [{ name: "a" }], [{ name: "a", leaf: true }]],
  [{ type: "object", additionalProperties: { type: "integer" } }, [{}, { a: 1 }], [{ a: "1" }]],
];

describe.each(cases)("%j", (schema, valid, invalid) => {
  it("takes what is valid", () => expect(valid.flatMap((value) => problems(value, schema))).toEqual([]));
  it("refuses what is not", () => {
    expect(invalid.filter((value) => problems(value, schema).length === 0)).toEqual([]);
  });
});

it("tells all that is wrong, and where", () => {
  expect(problems({ branches: [{ name: 5, leaf: 1 }] }, schemas["tree"]!).toSorted()).toEqual([
    "it.branches[0].leaf: is not described",
    "it.branches[0].name: number where string is to be",
    "it.name: is missing",
  ]);
});

it("passes over no keyword and no format that it does not know", () => {
  expect(() => problems("a", { not: {} } as JsonSchema)).toThrow("not");
  expect(() => problems("a", { format: "email" })).toThrow("email");
});
