import * as fc from "fast-check";
import { expect, test } from "vitest";
import { newId, routeId } from "./Ids.ts";
import { readRouteId } from "./readRouteId.ts";

const kinds = [
  ["T", "wsp"],
  ["C", "chn"],
  ["D", "dm"],
  ["M", "msg"],
] as const;

test.each(kinds)("a route id with %s is read as the end of its id, in either case", (letter, prefix) => {
  fc.assert(
    fc.property(fc.nat(), (at) => {
      const id = newId(prefix, at);
      const expected = { letter, ending: id.slice(-16) };
      expect(readRouteId(routeId(letter, id))).toEqual(expected);
      expect(readRouteId(routeId(letter, id).toLowerCase())).toEqual(expected);
    }),
  );
});

test("letters that look like digits are read as those", () => {
  expect(readRouteId("coOiIlL0123456789")).toEqual({ letter: "C", ending: "0011110123456789" });
});

test.each([
  "",
  "T",
  "X0123456789ABCDEF",
  "0123456789ABCDEF0",
  "T0123456789ABCDE",
  "T0123456789ABCDEF0",
  "T0123456789ABCDEU",
  "T0123456789ABCDE%",
  "T0123456789ABCDE\n",
  "T0123456789ABCDEſ",
  "wsp_01k9a0b1c2d3e4f5g6h7j8k9ma",
])("%j is no route id", (text) => {
  expect(readRouteId(text)).toBeUndefined();
});
