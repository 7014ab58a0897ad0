import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byteRange } from "./byteRange.ts";

describe("a Range header", () => {
  test.each([
    ["bytes=0-0", 10, { first: 0, last: 0 }],
    ["bytes=2-5", 10, { first: 2, last: 5 }],
    ["bytes=2-", 10, { first: 2, last: 9 }],
    ["bytes=2-99", 10, { first: 2, last: 9 }],
    ["bytes=-3", 10, { first: 7, last: 9 }],
    ["bytes=-30", 10, { first: 0, last: 9 }],
  ])("%s of %i bytes is a part", (header, size, part) => {
    expect(byteRange(header, size)).toEqual(part);
  });

  test.each([undefined, "", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,4-5", "lines=0-1", "bytes=a-b"])(
    "%s asks for all of it",
    (header) => expect(byteRange(header, 10)).toBeUndefined(),
  );

  test.each([
    ["bytes=10-", 10],
    ["bytes=99-100", 10],
    ["bytes=-0", 10],
    ["bytes=0-0", 0],
  ])("%s of %i bytes cannot be had", (header, size) => {
    expect(() => byteRange(header, size)).toThrow(expect.objectContaining({ code: "range_not_satisfiable" }));
  });

  test("never asks for what the file does not have", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.nat(100),
        fc.option(fc.nat()),
        fc.option(fc.nat()),
        (noise, size, from, to) => {
          for (const header of [noise, `bytes=${noise}`, `bytes=${from ?? ""}-${to ?? ""}`]) {
            try {
              const part = byteRange(header, size);
              if (part) expect(0 <= part.first && part.first <= part.last && part.last < size).toBe(true);
            } catch (error) {
              expect(error).toMatchObject({ code: "range_not_satisfiable" });
            }
          }
        },
      ),
    );
  });
});
