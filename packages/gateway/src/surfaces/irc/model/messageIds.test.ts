import { newId } from "@clickclack/protocol/Ids";
import { expect, test } from "vitest";
import { messageIdsOf, uuidOf } from "./messageIds.ts";

test("an id becomes a UUID of version 7, which names it among few", () => {
  for (let i = 0; i < 200; i++) {
    const id = newId("msg");
    const uuid = uuidOf(id);
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const candidates = messageIdsOf(uuid);
    expect(candidates).toHaveLength(64);
    expect(candidates).toContain(id);
  }
});

test("the time of an id is that of its UUID", () => {
  const uuid = uuidOf(newId("evt", 0x0123456789ab));
  expect(uuid.slice(0, 13)).toBe("01234567-89ab");
});

test("what is no UUID of ours names nothing", () => {
  for (const text of ["", "x", "12", "00000000-0000-4000-8000-000000000000"])
    expect(messageIdsOf(text)).toEqual([]);
});
