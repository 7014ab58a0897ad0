import { expect, test } from "vitest";
import { IdempotencyIndex } from "./IdempotencyIndex.ts";

const DAY = 24 * 3_600_000;
const entry = (key: string, fingerprint = "f") => ({ key, fingerprint, first: 1, last: 2 });

test("a key is remembered for a day", () => {
  const index = new IdempotencyIndex();
  index.addKey(entry("k"), 1_000, { seq: 5 });
  expect(index.byKey("k", 1_000 + DAY - 1)).toMatchObject({
    fingerprint: "f",
    commit: { seq: 5 },
    first: 1,
    last: 2,
  });
  expect(index.byKey("k", 1_000 + DAY)).toBeUndefined();
});

test("keys older than a day are let go as new ones come, also after one of them was used anew", () => {
  const index = new IdempotencyIndex();
  for (const key of ["a", "b", "c"]) index.addKey(entry(key), 0, { seq: 1 });
  index.addKey(entry("a", "anew"), DAY, { seq: 2 });
  expect(index.toSnapshot().keys.map(([key]) => key)).toEqual(["a"]);
  expect(index.byKey("a", DAY)).toMatchObject({ fingerprint: "anew" });
});

test("an index survives a snapshot through JSON", () => {
  const index = new IdempotencyIndex();
  index.addKey(entry("k"), 1_000, { seq: 5 });
  index.addCommand("cmd_1", { seq: 5 }, 1, 2);
  const copy = IdempotencyIndex.from(JSON.parse(JSON.stringify(index.toSnapshot())));
  expect(copy.byKey("k", 1_000)).toEqual(index.byKey("k", 1_000));
  expect(copy.byCommand("cmd_1")).toEqual(index.byCommand("cmd_1"));
  expect(copy.toSnapshot()).toEqual(index.toSnapshot());
});

test("command ids are bounded, the oldest first, and a snapshot keeps the newest of them", () => {
  const index = new IdempotencyIndex();
  for (let i = 0; i <= 12_500; i++) index.addCommand(`cmd_${i}`, { seq: i }, i, i);
  expect(index.byCommand("cmd_2500")).toBeUndefined();
  expect(index.byCommand("cmd_2501")).toBeDefined();
  const { commands } = index.toSnapshot();
  expect([commands.length, commands.at(-1)![0]]).toEqual([2_000, "cmd_12500"]);
});
