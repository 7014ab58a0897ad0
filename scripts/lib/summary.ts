/** How many tests, or checks, did what. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The part of vitest's JSON report that is counted. */
interface VitestReport {
  readonly testResults: ReadonlyArray<{
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: ReadonlyArray<{ readonly status: string }>;
  }>;
}

export const none: Counts = { passed: 0, failed: 0, skipped: 0 };

export const add = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

/** The line that every command ends with: `N passed, N failed[, N skipped]`. */
export const line = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;

/** Reads such a line back; undefined when the text is something else. */
export const parseLine = (text: string): Counts | undefined => {
  const match = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(text.trim());
  if (match === null) return undefined;
  return { passed: Number(match[1]), failed: Number(match[2]), skipped: Number(match[3] ?? 0) };
};

const countFile = (file: VitestReport["testResults"][number]): Counts => {
  const count = (...statuses: ReadonlyArray<string>) =>
    file.assertionResults.filter(({ status }) => statuses.includes(status)).length;
  const passed = count("passed");
  const failed = count("failed");
  const skipped = file.assertionResults.length - passed - failed;
  // A file that could not be loaded, or whose hooks failed, has no failed test of its own.
  return { passed, failed: failed === 0 && file.status === "failed" ? 1 : failed, skipped };
};

/** Counts the tests of vitest's JSON report. Throws when the text is not such a report. */
export const countReport = (json: string): Counts =>
  (JSON.parse(json) as VitestReport).testResults.map(countFile).reduce(add, none);

/** How vitest ended. */
export interface Ending {
  /** Its exit status; null when a signal ended it. */
  readonly status: number | null;
  /** Its JSON report; undefined when it wrote none. */
  readonly json: string | undefined;
}

/** What to count for a run, and what the counts do not tell. A run that went wrong is never without a failure. */
export const summarize = ({ status, json }: Ending): { readonly counts: Counts; readonly note?: string } => {
  const ended = status === null ? "a signal ended vitest" : `vitest ended with status ${status}`;
  let counts: Counts;
  try {
    if (json === undefined) throw new Error("no report");
    counts = countReport(json);
  } catch {
    return {
      counts: { ...none, failed: 1 },
      note: `${ended} before it wrote its results; counted as one failure`,
    };
  }
  if (status !== 0 && counts.failed === 0 && counts.passed + counts.skipped > 0) {
    return { counts: { ...counts, failed: 1 }, note: `no test failed, but ${ended}; counted as one failure` };
  }
  return counts.passed + counts.failed === 0 ? { counts, note: "no test ran" } : { counts };
};

/** Whether a command that counted this may exit 0: something passed and nothing failed. */
export const isGood = ({ passed, failed }: Counts): boolean => passed > 0 && failed === 0;
