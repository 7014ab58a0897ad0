import { expect, test } from "vitest";
import { CLOSE_CODES } from "./CloseCodes.ts";

const table = Object.entries(CLOSE_CODES);

test("every close reason has one meaning", () => {
  const reasons = table.map(([, { reason }]) => reason);
  expect(new Set(reasons).size).toBe(reasons.length);
});

test("a close code alone tells whether to connect again", () => {
  for (const [name, { code, retry }] of table) {
    const others = table.filter(([, other]) => other.code === code);
    expect(
      others.every(([, other]) => other.retry === retry),
      name,
    ).toBe(true);
  }
});

test.each(table)(
  "%s can be sent: a code that an application may use, and a reason that fits its frame",
  (_, { code, reason }) => {
    const registered = [1008, 1011, 1012, 1013].includes(code);
    expect(registered || (code >= 4000 && code < 5000)).toBe(true);
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
  },
);
