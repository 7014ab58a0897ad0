import { expect, test } from "vitest";
import { goldenShape, lostFrom, reduceTo } from "./goldenShape.ts";

const golden = { v: 1, payload: { names: ["a", "b"], at: null, parts: [{ n: 1 }, { n: 2, m: true }] } };

test("a shape tells what stands at every path", () => {
  expect(goldenShape(golden)).toEqual({
    v: "number",
    payload: "object",
    "payload.names": "array",
    "payload.names[]": "string",
    "payload.at": "null",
    "payload.parts": "array",
    "payload.parts[]": "object",
    "payload.parts[].n": "number",
    "payload.parts[].m": "boolean",
  });
});

test("what was added since is taken away again", () => {
  const { "payload.at": _, "payload.parts[].m": __, ...earlier } = goldenShape(golden);
  expect(reduceTo(earlier, golden)).toEqual({
    v: 1,
    payload: { names: ["a", "b"], parts: [{ n: 1 }, { n: 2 }] },
  });
  expect(lostFrom(earlier, golden)).toEqual([]);
});

test("what is gone or of another kind is told", () => {
  expect(lostFrom({ v: "string", gone: "array" }, golden)).toEqual([
    "v was string, now it is number",
    "gone was array, now it is gone",
  ]);
});
