import { expect, test } from "vitest";
import { Barriers } from "./Barriers.ts";

const connected = () => {
  const barriers = new Barriers();
  const sent: Array<string> = [];
  barriers.begin((frame) => void sent.push((JSON.parse(frame) as { id: string }).id));
  return { barriers, sent };
};

test("a barrier is passed when its own answer came", async () => {
  const { barriers, sent } = connected();
  const passed = barriers.pass();
  barriers.answered("another");
  barriers.answered(sent[0]!);
  expect(await passed).toBe(true);
});

test("those who ask while one is under way share the next", async () => {
  const { barriers, sent } = connected();
  const all = [barriers.pass(), barriers.pass(), barriers.pass()];
  expect(sent).toHaveLength(1);
  barriers.answered(sent[0]!);
  expect(await all[0]).toBe(true);
  await expect.poll(() => sent.length).toBe(2);
  barriers.answered(sent[1]!);
  expect(await Promise.all(all)).toEqual([true, true, true]);
  expect(sent).toHaveLength(2);
});

test("a lost connection ends what was under way, and none is passed without one", async () => {
  const { barriers } = connected();
  const all = [barriers.pass(), barriers.pass()];
  barriers.end();
  expect(await Promise.all(all)).toEqual([false, false]);
  expect(await barriers.pass()).toBe(false);
});
