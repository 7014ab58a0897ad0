import { expect, test } from "vitest";
import { upcaster } from "./Upcaster.ts";

const stored = (type: string, v: number, payload: unknown) => ({
  id: "evt_1",
  type,
  v,
  version: 1,
  at: "2030-01-02T03:04:05.678Z",
  actor: { user_id: "usr_1" },
  causation_id: "cmd_1",
  correlation_id: "cmd_1",
  payload,
});

const upcast = upcaster({
  renamed: [
    (event) => ({ ...event, payload: { second: event.payload } }),
    (event) => ({ ...event, payload: { third: event.payload } }),
  ],
});

test("an event is lifted from the format it was written in to today's", () => {
  expect(upcast(stored("renamed", 1, 1))).toMatchObject({ v: 3, payload: { third: { second: 1 } } });
  expect(upcast(stored("renamed", 2, 1))).toMatchObject({ v: 3, payload: { third: 1 } });
  expect(upcast(stored("renamed", 3, 1))).toMatchObject({ v: 3, payload: 1 });
  expect(upcast(stored("other", 1, 1))).toMatchObject({ v: 1, payload: 1 });
});

test("an event of a format that this program does not know is refused", () => {
  expect(() => upcast(stored("renamed", 4, 1))).toThrow(/format 4.*knows 3/);
  expect(() => upcast(stored("other", 2, 1))).toThrow(/format 2.*knows 1/);
});
