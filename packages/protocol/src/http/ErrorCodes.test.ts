import { expect, test } from "vitest";
import { ApiFailure } from "./ApiFailure.ts";
import { ERROR_CODES, type ErrorCode } from "./ErrorCodes.ts";

const STATUSES = new Set([400, 401, 403, 404, 405, 408, 409, 413, 415, 416, 429, 500, 501, 503]);
const table = Object.entries(ERROR_CODES) as ReadonlyArray<[ErrorCode, { status: number; retry: boolean }]>;

test.each(table)(
  "%s is spelled in lower case, and its status is one that the API answers with",
  (code, { status }) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(STATUSES).toContain(status);
    expect(status).not.toBe(422);
  },
);

test("the same request is worth sending again after 429 and after the server's own failures, but for 501", () => {
  const retried = table.filter(([, { retry }]) => retry).map(([, { status }]) => status);
  expect(new Set(retried)).toEqual(new Set([429, 500, 503]));
  for (const [code, { status, retry }] of table) {
    expect(retry, code).toBe(status === 429 || status === 500 || status === 503);
  }
});

test("a failure takes its status from its code", () => {
  for (const [code, { status }] of table) expect(new ApiFailure(code, "so it is").status).toBe(status);
});
