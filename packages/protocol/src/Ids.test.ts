import * as fc from "fast-check";
import { expect, test } from "vitest";
import { BASE32, fromBase32, ID_PREFIXES, isId, newId, routeId, toBase32 } from "./Ids.ts";

const prefix = fc.constantFrom(...ID_PREFIXES);
const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });

test("a new id is a well-formed id of its prefix, and of no other", () => {
  fc.assert(
    fc.property(prefix, prefix, time, (one, other, at) => {
      const id = newId(one, at);
      expect(isId(one, id)).toBe(true);
      expect(isId(other, id)).toBe(one === other);
      expect(id).toHaveLength(one.length + 27);
    }),
  );
});

test("ids sort by their time", () => {
  fc.assert(
    fc.property(time, time, (a, b) => {
      fc.pre(a !== b);
      expect(newId("evt", a) < newId("evt", b)).toBe(a < b);
    }),
  );
});

test("a hundred thousand ids of one millisecond are all different, in every character of their random part", () => {
  const ids = Array.from({ length: 100_000 }, () => newId("evt", 1));
  expect(new Set(ids).size).toBe(ids.length);
  for (let place = 14; place < 30; place++) {
    expect(new Set(ids.map((id) => id[place])).size, `place ${place}`).toBe(32);
  }
});

test.each([
  "",
  "msg_",
  "msg_01k9",
  `msg_${"8".repeat(26)}`,
  `msg_${"i".repeat(26)}`,
  `msg_${"0".repeat(27)}`,
  `MSG_${"0".repeat(26)}`,
])("%j is no id", (text) => {
  expect(isId("msg", text)).toBe(false);
});

test("base32 is read as it was written, and sorts as its value does", () => {
  const value = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
  fc.assert(
    fc.property(value, value, (a, b) => {
      expect(fromBase32(toBase32(a, 11))).toBe(a);
      expect(toBase32(a, 11) < toBase32(b, 11)).toBe(a < b);
    }),
  );
});

test("text that is no base32, or too large a number, is not read", () => {
  expect(fromBase32("0l")).toBeUndefined();
  expect(fromBase32("z".repeat(11))).toBeUndefined();
  expect(Array.from(BASE32).toSorted().join("")).toBe(BASE32);
});

test("a route id follows from the id and is one letter and sixteen capitals", () => {
  fc.assert(
    fc.property(time, (at) => {
      const id = newId("chn", at);
      expect(routeId("C", id)).toMatch(/^C[0-9A-HJKMNP-TV-Z]{16}$/);
      expect(routeId("C", id)).toBe(routeId("C", id));
    }),
  );
  expect(routeId("T", "wsp_01k9a0b1c2d3e4f5g6h7j8k9ma")).toBe("TD3E4F5G6H7J8K9MA");
});
