import { expect, it } from "vitest";
import { isGood, line, none, parseLine, summarize } from "./summary.ts";

const report = (
  ...files: ReadonlyArray<readonly [status: string, ...tests: ReadonlyArray<string>]>
): string =>
  JSON.stringify({
    testResults: files.map(([status, ...tests]) => ({
      name: "a.test.ts",
      status,
      assertionResults: tests.map((each) => ({ status: each })),
    })),
  });

it("counts passed, failed and skipped tests over all files", () => {
  const json = report(["passed", "passed", "pending", "todo"], ["failed", "failed", "passed"]);
  expect(summarize({ status: 1, json })).toEqual({ counts: { passed: 2, failed: 1, skipped: 2 } });
});

it("counts a file that could not be loaded as one failure", () => {
  expect(summarize({ status: 1, json: report(["failed"]) }).counts).toEqual({ ...none, failed: 1 });
});

it("counts a crash before the report was written, or in the midst of it, as one failure", () => {
  expect(summarize({ status: null, json: undefined }).counts).toEqual({ ...none, failed: 1 });
  expect(summarize({ status: 1, json: '{"testResults": [' }).counts).toEqual({ ...none, failed: 1 });
});

it("counts an error outside of every test as one failure", () => {
  const { counts, note } = summarize({ status: 1, json: report(["passed", "passed"]) });
  expect(counts).toEqual({ passed: 1, failed: 1, skipped: 0 });
  expect(note).toContain("no test failed");
});

it("is not content with a run in which nothing passed", () => {
  expect(isGood(summarize({ status: 0, json: report() }).counts)).toBe(false);
  expect(isGood(summarize({ status: 0, json: report(["passed", "pending"]) }).counts)).toBe(false);
  expect(isGood(summarize({ status: 0, json: report(["passed", "passed"]) }).counts)).toBe(true);
});

it("reads back the line that it writes, and nothing else", () => {
  for (const counts of [none, { passed: 3, failed: 1, skipped: 2 }])
    expect(parseLine(line(counts))).toEqual(counts);
  expect(line(none)).toBe("0 passed, 0 failed");
  expect(parseLine("Tests  3 passed, 1 failed (4)")).toBeUndefined();
});
