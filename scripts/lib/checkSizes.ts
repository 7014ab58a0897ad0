// Files and functions stay small: scripts/size-budget.json has the limits, and the excesses that are still allowed.
// `--lower` takes out of that list what is no longer needed; nothing but a hand adds to it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { report, type Problem } from "./Problem.ts";
import { root } from "./root.ts";
import { functionSizes, percentile } from "./sizes.ts";
import { readSource } from "./Source.ts";
import { isTestFile, sourceFiles } from "./sourceFiles.ts";

interface Budget {
  readonly limits: {
    readonly fileLines: number;
    readonly testFileLines: number;
    readonly functionLines: number;
  };
  readonly spread: Readonly<Record<"fileMedian" | "fileP90" | "functionMedian" | "functionP90", number>>;
  /** `path` or `path#function` to the lines that it may have. */
  readonly allowed: Readonly<Record<string, number>>;
}

interface Size {
  readonly key: string;
  readonly file: string;
  readonly line: number;
  readonly lines: number;
  readonly limit: number;
}

const budgetFile = join(root, "scripts/size-budget.json");
const budget = JSON.parse(readFileSync(budgetFile, "utf8")) as Budget;
const { limits, spread, allowed } = budget;

const measured = sourceFiles().map((file) => {
  const whole = readFileSync(join(root, file), "utf8").replace(/\n$/, "").split("\n").length;
  return { file, whole, functions: isTestFile(file) ? [] : functionSizes(readSource(file)) };
});

const sizes: ReadonlyArray<Size> = measured.flatMap(({ file, whole, functions }) => [
  {
    key: file,
    file,
    line: 0,
    lines: whole,
    limit: isTestFile(file) ? limits.testFileLines : limits.fileLines,
  },
  ...functions.map(({ name, line, lines }) => ({
    key: `${file}#${name}`,
    file,
    line,
    lines,
    limit: limits.functionLines,
  })),
]);

const excesses = sizes.filter(({ lines, limit }) => lines > limit);
const largest = new Map<string, number>();
for (const { key, lines } of excesses) largest.set(key, Math.max(lines, largest.get(key) ?? 0));

if (process.argv.includes("--lower")) {
  const kept = Object.entries(allowed).flatMap(([key, lines]) => {
    const now = largest.get(key);
    return now === undefined ? [] : [[key, Math.min(now, lines)] as const];
  });
  writeFileSync(budgetFile, `${JSON.stringify({ ...budget, allowed: Object.fromEntries(kept) }, null, 2)}\n`);
  process.exit();
}

const tooLarge = excesses
  .filter(({ key, lines }) => lines > (allowed[key] ?? 0))
  .map(({ key, file, line, lines, limit }): Problem => {
    const most = allowed[key] ?? limit;
    return {
      file,
      line,
      message: `${key.slice(file.length + 1) || "the file"} has ${lines} lines, ${most} are allowed`,
    };
  });

const tooLoose = Object.entries(allowed)
  .filter(([key, lines]) => (largest.get(key) ?? 0) < lines)
  .map(([key]): Problem => ({
    file: "scripts/size-budget.json",
    line: 0,
    message: `${key} is smaller now: run node scripts/lib/checkSizes.ts --lower`,
  }));

const ours = measured.filter(({ file }) => !isTestFile(file));
const fileLines = ours.map(({ whole }) => whole);
const functionLines = ours.flatMap(({ functions }) => functions.map(({ lines }) => lines));
const actual = {
  fileMedian: percentile(fileLines, 0.5),
  fileP90: percentile(fileLines, 0.9),
  functionMedian: percentile(functionLines, 0.5),
  functionP90: percentile(functionLines, 0.9),
};

const tooWide = Object.entries(spread).flatMap(([name, most]): ReadonlyArray<Problem> => {
  const value = actual[name as keyof typeof actual];
  return value > most
    ? [
        {
          file: "scripts/size-budget.json",
          line: 0,
          message: `${name} is ${value} lines, ${most} are allowed`,
        },
      ]
    : [];
});

console.log(
  `${ours.length} files: median ${actual.fileMedian}, p90 ${actual.fileP90} lines; ` +
    `${functionLines.length} functions: median ${actual.functionMedian}, p90 ${actual.functionP90}`,
);
report(`Sizes of ${measured.length} files`, [...tooLarge, ...tooLoose, ...tooWide]);
