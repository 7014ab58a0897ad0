import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventRing, type RingEntry } from "./EventRing.ts";

const entry = (version: number, characters = 0): RingEntry => ({
  event: { version, type: "message.created", payload: { body: "x".repeat(characters) } } as WorkspaceEvent,
  seq: version * 10,
});

const filled = (from: number, to: number, characters = 0): EventRing => {
  const ring = new EventRing();
  for (let version = from; version <= to; version++) ring.push(entry(version, characters));
  return ring;
};
const versions = (entries: ReadonlyArray<RingEntry> | undefined) =>
  entries?.map(({ event }) => event.version);

describe("a ring", () => {
  test("that is empty holds nothing of any version", () => {
    expect(new EventRing().after(0)).toBeUndefined();
    expect(new EventRing().seqOf(1)).toBeUndefined();
  });

  test("gives what follows a version if it holds all of that", () => {
    const ring = filled(5, 8);
    expect(versions(ring.after(4))).toEqual([5, 6, 7, 8]);
    expect(versions(ring.after(6))).toEqual([7, 8]);
    expect(versions(ring.after(8))).toEqual([]);
    expect(ring.after(3)).toBeUndefined();
    expect(ring.after(0)).toBeUndefined();
  });

  test("knows the sequence of what it holds", () => {
    const ring = filled(5, 8);
    expect([4, 5, 8, 9].map((version) => ring.seqOf(version))).toEqual([undefined, 50, 80, undefined]);
  });

  test("keeps at least the newest 1,024, and not many more", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), (count) => {
        const ring = filled(1, count);
        const least = Math.min(count, 1_024);
        expect(ring.after(count - least)).toHaveLength(least);
        if (count > 1_280) expect(ring.after(count - 1_281)).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  test("keeps fewer of long messages, and always what came last", () => {
    const ring = filled(1, 200, 40_000);
    const held = ring.after(200 - 50);
    expect(versions(held)).toEqual(Array.from({ length: 50 }, (_, i) => 151 + i));
    expect(ring.after(200 - 70)).toBeUndefined();
    expect(versions(ring.after(199))).toEqual([200]);
  });
});
