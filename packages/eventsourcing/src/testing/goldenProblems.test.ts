import { envelope } from "@clickclack/protocol/events/Envelope";
import * as Schema from "effect/Schema";
import { cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { upcaster } from "../Upcaster.ts";
import { upcastCounterEvent } from "./Counter.ts";
import { goldenProblems } from "./goldenProblems.ts";

const folder = new URL("golden/", import.meta.url);
const part = { part: Schema.String };
const schemas = {
  "counter.added": envelope(
    "counter.added",
    Schema.Struct({ amount: Schema.Int, total: Schema.Int, note: Schema.optionalKey(Schema.String) }),
    {},
  ),
  "part.made": envelope("part.made", Schema.Struct(part), {}),
  "part.touched": envelope("part.touched", Schema.Struct({ ...part, times: Schema.Int }), {}),
};
const all = { folder, schemas, upcast: upcastCounterEvent };

/** The golden files, to do harm to. */
const copied = () => {
  const path = mkdtempSync(join(tmpdir(), "golden-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  cpSync(folder, path, { recursive: true });
  return { file: (name: string) => join(path, name), at: { ...all, folder: pathToFileURL(`${path}/`) } };
};

test("an event of format 1 becomes today's, for ever", () => {
  expect(goldenProblems(all)).toEqual([]);
});

test("a step without the golden file that it leads to, or from, is a problem", () => {
  for (const v of [1, 2]) {
    const { file, at } = copied();
    rmSync(file(`part.touched.v${v}.json`));
    expect(goldenProblems(at)).toEqual([`part.touched.v${v}.json is missing`]);
  }
});

test("a golden file of a new format without a step to it is a problem", () => {
  const { file, at } = copied();
  renameSync(file("part.made.v1.json"), file("part.made.v2.json"));
  expect(goldenProblems(at)).toEqual([
    "part.made.v1.json is missing",
    "part.made.v2.json has no upcast step from format 1",
  ]);
});

test("a type that looks different today, with no format of its own, is a problem", () => {
  const renamed = envelope("part.made", Schema.Struct({ name: Schema.String }), {});
  const problems = goldenProblems({ ...all, schemas: { ...schemas, "part.made": renamed } });
  expect(problems).toEqual([
    expect.stringContaining("part.made.v1.json is not what today's events look like"),
  ]);
  const fewer = envelope("counter.added", Schema.Struct({ amount: Schema.Int, total: Schema.Int }), {});
  expect(goldenProblems({ ...all, schemas: { ...schemas, "counter.added": fewer } })).toEqual([
    "counter.added.v1.json has fields that today's events do not have",
  ]);
});

test("a step that makes something else of an older event is a problem", () => {
  const steps = { "part.touched": [(event: object) => ({ ...event, payload: { part: "lid", times: 3 } })] };
  const problems = goldenProblems({ ...all, upcast: upcaster(steps as never) });
  expect(problems).toEqual(["part.touched.v1.json does not become the event of part.touched.v2.json"]);
});

test("a file that holds another event than its name says, and steps of an unknown type, are problems", () => {
  const { file, at } = copied();
  writeFileSync(file("part.made.v1.json"), JSON.stringify({ type: "part.made", v: 2 }));
  const { "part.touched": _, ...others } = schemas;
  expect(goldenProblems({ ...at, schemas: others })).toEqual([
    "part.made.v1.json holds a part.made of format 2",
    "part.touched has upcast steps and is no known type",
  ]);
});
