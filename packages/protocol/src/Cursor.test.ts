import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Cursor, decodeCursor, encodeCursor } from "./Cursor.ts";
import { newId } from "./Ids.ts";

const workspace = "wsp_01k9a0b1c2d3e4f5g6h7j8k9ma";
const epoch = fc.integer({ min: 0, max: 32 ** 7 - 1 });
const version = fc.integer({ min: 0, max: 32 ** 9 - 1 });
const seq = fc.integer({ min: 0, max: 32 ** 10 - 1 });
const cursor = fc.record({ epoch, version, seq, workspace: fc.constant(workspace) });

test("a cursor is read as it was written", () => {
  fc.assert(
    fc.property(cursor, (given) => {
      const text = encodeCursor(given);
      expect(text).toMatch(/^cur_[0-9a-hjkmnp-tv-z]{31}$/);
      expect(decodeCursor(text, workspace, given.epoch)).toEqual(given);
    }),
  );
});

test("cursors of one workspace sort as strings in the order of its log", () => {
  fc.assert(
    fc.property(cursor, version, seq, (one, otherVersion, otherSeq) => {
      fc.pre(one.version !== otherVersion);
      const other = { ...one, version: otherVersion, seq: otherSeq };
      expect(encodeCursor(one) < encodeCursor(other)).toBe(one.version < otherVersion);
    }),
  );
});

test("cursors of a later incarnation of the log sort after all of an earlier one", () => {
  fc.assert(
    fc.property(cursor, cursor, (one, other) => {
      fc.pre(one.epoch !== other.epoch);
      expect(encodeCursor(one) < encodeCursor(other)).toBe(one.epoch < other.epoch);
    }),
  );
});

test("a cursor of another workspace or epoch is told apart", () => {
  fc.assert(
    fc.property(cursor, (given) => {
      const text = encodeCursor(given);
      const foreign = newId("wsp");
      fc.pre(foreign.slice(-5) !== workspace.slice(-5));
      expect(decodeCursor(text, foreign, given.epoch)).toBe("other_workspace");
      expect(decodeCursor(text, workspace, given.epoch + 1)).toBe("other_epoch");
    }),
  );
});

test("whatever is no cursor is malformed", () => {
  const good = encodeCursor({ epoch: 1, version: 2, seq: 3, workspace });
  const texts = [
    "",
    "cur_",
    good.slice(0, -1),
    `${good}0`,
    ` ${good}`,
    `${good}\n`,
    good.toUpperCase(),
    good.replace("0", "i"),
  ];
  for (const text of texts) expect(decodeCursor(text, workspace, 1), text).toBe("malformed");
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(decodeCursor(text, workspace, 1)).toBe("malformed");
    }),
  );
});

test("a cursor's format is pinned: clients keep cursors for long", () => {
  const pinned: Cursor = { epoch: 1_900_000_000, version: 1_234, seq: 567_890, workspace };
  expect(encodeCursor(pinned)).toBe("cur_1rkzcr000000016j000000hajj8k9ma");
});
