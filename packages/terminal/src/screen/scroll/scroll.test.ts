import { describe, expect, test } from "vitest";
import type { Entry } from "./RoomLog.ts";
import { RoomLog } from "./RoomLog.ts";
import { Scrollback } from "./Scrollback.ts";
import { type Anchor, scrolledDown, scrolledUp, viewOf } from "./viewOf.ts";

const remark = (text: string): Entry => ({ _tag: "remark", tone: "quiet", text, ts: "2026-11-28T12:00:00Z" });

const message = (id: string, room: string, text = id): Entry => ({
  _tag: "message",
  message: { id, ts: "2026-11-28T12:00:00Z", username: "ada", room, text, missed: false, history: false },
});

/** A log in which every third entry has two rows. */
const logOf = (count: number) => {
  const log = new RoomLog();
  for (let n = 0; n < count; n++) log.add(remark(String(n)));
  const rowsOf = (number: number) => (number % 3 === 0 ? [`${number}`, `${number}+`] : [`${number}`]);
  return { log, rowsOf };
};

describe("what is seen of a room", () => {
  test("the newest is at the bottom, and only as many entries as fit are laid out", () => {
    const { log } = logOf(1_000);
    const laidOut: Array<number> = [];
    const { rows } = viewOf(log, undefined, 5, (number) => {
      laidOut.push(number);
      return [String(number)];
    });
    expect(rows).toEqual(["995", "996", "997", "998", "999"]);
    expect(new Set(laidOut).size).toBeLessThanOrEqual(5);
  });

  test("a page up stays where it is while more is said, and a page down comes back to the end", () => {
    const { log, rowsOf } = logOf(30);
    const up = scrolledUp(log, undefined, 6, 5, rowsOf);
    const before = viewOf(log, up, 5, rowsOf).rows;
    log.add(remark("30"));
    const after = viewOf(log, up, 5, rowsOf);
    expect(after.rows).toEqual(before);
    expect(after.below).toBeGreaterThan(0);
    expect(scrolledDown(log, up, 100, rowsOf)).toBeUndefined();
  });

  test("up and down by as much is where one was, in whatever steps", () => {
    const { log, rowsOf } = logOf(40);
    const up = scrolledUp(log, undefined, 7, 5, rowsOf);
    const further = scrolledUp(log, up, 9, 5, rowsOf);
    expect(scrolledDown(log, further, 9, rowsOf)).toEqual(up);
  });

  test("one cannot scroll beyond the oldest, nor at all where everything is seen", () => {
    const { log, rowsOf } = logOf(10);
    const top = scrolledUp(log, undefined, 1_000, 4, rowsOf);
    expect(viewOf(log, top, 4, rowsOf).rows).toEqual(["0", "0+", "1", "2"]);
    expect(scrolledUp(log, undefined, 3, 50, rowsOf)).toBeUndefined();
  });

  test("where one has scrolled to may be dropped meanwhile", () => {
    const { log, rowsOf } = logOf(10);
    const anchor: Anchor = { number: 2, row: 0 };
    for (let n = 0; n < 5; n++) log.dropOldest();
    expect(viewOf(log, anchor, 3, rowsOf).rows).toEqual(["5"]);
  });
});

describe("the scrollback", () => {
  test("is bounded over all rooms, and the longest loses first", () => {
    const scrollback = new Scrollback(10);
    scrollback.add("quiet", message("q1", "quiet"));
    for (let n = 0; n < 50; n++) scrollback.add("busy", message(`b${n}`, "busy"));
    expect(scrollback.size).toBe(10);
    expect(scrollback.in("quiet").size).toBe(1);
    expect(scrollback.in("busy").at(scrollback.in("busy").last)).toMatchObject({ message: { id: "b49" } });
  });

  test("a change takes the place of what it changes, in its room alone", () => {
    const scrollback = new Scrollback();
    scrollback.add("ops", message("m1", "ops"));
    scrollback.add("lobby", message("m2", "lobby"));
    scrollback.in("lobby").replace("m1", () => remark("never"));
    scrollback.in("ops").replace("m1", () => message("m1", "ops", "better"));
    expect(scrollback.in("ops").at(0)).toMatchObject({ message: { text: "better" } });
    expect(scrollback.in("lobby").size).toBe(1);
  });

  test("an emptied room takes no more of the bound", () => {
    const scrollback = new Scrollback(3);
    for (let n = 0; n < 3; n++) scrollback.add("a", remark(String(n)));
    scrollback.clear("a");
    scrollback.add("b", remark("b"));
    expect(scrollback.size).toBe(1);
    expect(scrollback.in("a").size).toBe(0);
  });
});
