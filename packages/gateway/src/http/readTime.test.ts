import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readTime } from "./readTime.ts";

test("a time is read as it is written", () => {
  const year9999 = Date.UTC(9999, 0, 1);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: year9999 }), (at) => {
      expect(readTime(new Date(at).toISOString())?.getTime()).toBe(at);
    }),
  );
});

test.each([
  ["2026-11-20T10:00:00Z", "2026-11-20T10:00:00.000Z"],
  ["2026-11-20t10:00:00.5z", "2026-11-20T10:00:00.500Z"],
  ["2026-11-20T10:00:00.123999999Z", "2026-11-20T10:00:00.123Z"],
  ["2026-11-20T10:00:00+01:30", "2026-11-20T08:30:00.000Z"],
  ["2026-11-20T23:00:00-02:00", "2026-11-21T01:00:00.000Z"],
  ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
  ["1800-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"],
  ["0000-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"],
])("%s is %s", (text, expected) => {
  expect(readTime(text)?.toISOString()).toBe(expected);
});

test.each([
  "",
  "now",
  "2026-11-20",
  "2026-11-20T10:00:00",
  "2026-11-20T10:00Z",
  "2026-11-20 10:00:00Z",
  "2026-11-20T10:00:00 01:00",
  "2026-02-30T10:00:00Z",
  "2025-02-29T10:00:00Z",
  "2026-13-01T10:00:00Z",
  "2026-11-20T25:00:00Z",
  "2026-11-20T24:00:00Z",
  "2026-11-20T10:00:61Z",
  "2026-11-20T10:00:00+99:00",
  "+2026-11-20T10:00:00Z",
  "1763632800",
  "2026-11-20T10:00:00Z\n",
])("%j is none", (text) => {
  expect(readTime(text)).toBeUndefined();
});
