import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import { expect, test } from "vitest";
import { Feed } from "./Feed.ts";

const event = (id: string, type = "message.created"): EventFrame => ({
  id,
  type,
  cursor: id,
  workspace_id: "wsp_1",
  created_at: "",
  payload: {},
});

const recorded = (onEvent: (event: EventFrame) => Promise<void> = async () => undefined) => {
  const told: Array<string> = [];
  const feed = new Feed({
    onEvent: async (one) => {
      await onEvent(one);
      told.push(one.id);
    },
    onOverflow: async () => void told.push("overflow"),
    onFailure: (error) => told.push(String(error)),
  });
  return { feed, told };
};

test("events are told in order, however long each takes", async () => {
  const first = Promise.withResolvers<void>();
  const { feed, told } = recorded(({ id }) => (id === "1" ? first.promise : Promise.resolve()));
  feed.push(event("1"));
  feed.push(event("2"));
  feed.afterwards(async () => void told.push("step"));
  feed.push(event("3", "other"));
  expect(feed.upcoming(({ type }) => type === "message.created")).toBe(2);
  first.resolve();
  await feed.idle();
  expect(told).toEqual(["1", "2", "step", "3"]);
});

test("what is asked for right after the last was told is not forgotten", async () => {
  const { feed } = recorded();
  for (let n = 0; n < 50; n++) {
    feed.push(event(String(n)));
    await feed.idle();
    for (let turn = 0; turn < n % 5; turn++) await Promise.resolve();
  }
});

test("one that fails is told of, and the next one follows", async () => {
  const { feed, told } = recorded(async ({ id }) => {
    if (id === "1") throw new Error("no");
  });
  feed.push(event("1"));
  feed.push(event("2"));
  await feed.idle();
  expect(told).toEqual(["Error: no", "2"]);
});

test("more events than are kept are dropped for what is there", async () => {
  const { feed, told } = recorded();
  for (let n = 0; n <= 5_000; n++) feed.push(event(String(n)));
  await feed.idle();
  expect(told).toEqual(["overflow", "5000"]);
});

test("once closed, events are dropped, and nobody waits for them", async () => {
  const { feed, told } = recorded();
  feed.push(event("1"));
  feed.close();
  feed.push(event("2"));
  await feed.idle();
  expect(told).toEqual([]);
});
