/** One line of the table. */
export interface Row {
  readonly bench: string;
  readonly name: string;
  readonly unit: string;
  /** Ours. */
  readonly figure: number;
  /** The bare program's, measured in the same run. */
  readonly baseline: number | undefined;
  /** What `target` bounds; `figure / baseline` unless the figure itself is bounded. */
  readonly ratio: number | undefined;
  /** Absent on a row that is there for information. */
  readonly target?: Target;
  /** The rounds that the medians are of, in the order in which they ran. */
  readonly rounds?: Readonly<Record<string, ReadonlyArray<number>>>;
  /** How Postgres carried out what was asked, with times and buffers. */
  readonly plans?: ReadonlyArray<string>;
}

export interface Target {
  readonly bounds: "ratio" | "figure";
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** A row of a figure and its baseline. */
export const ratioRow = (row: Omit<Row, "ratio"> & { readonly baseline: number }): Row => ({
  ...row,
  ratio: row.figure / row.baseline,
});

/** "ok" or "misses"; undefined where there is no target. */
export const verdictOf = ({ target, ratio, figure }: Row): "ok" | "misses" | undefined => {
  if (target === undefined) return undefined;
  const value = target.bounds === "ratio" ? (ratio ?? Number.NaN) : figure;
  const good = value <= (target.atMost ?? Infinity) && value >= (target.atLeast ?? -Infinity);
  return good ? "ok" : "misses";
};

const number = (value: number | undefined): string => {
  if (value === undefined) return "-";
  return value >= 1000 ? Math.round(value).toLocaleString("en") : value.toFixed(value >= 100 ? 0 : 2);
};

const targetText = ({ target, unit }: Row): string => {
  if (target === undefined) return "-";
  const suffix = target.bounds === "ratio" ? "x" : ` ${unit}`;
  return target.atMost === undefined
    ? `>= ${number(target.atLeast)}${suffix}`
    : `<= ${number(target.atMost)}${suffix}`;
};

const cells = (row: Row): ReadonlyArray<string> => [
  row.bench,
  row.name,
  `${number(row.figure)} ${row.unit}`,
  row.baseline === undefined ? "-" : `${number(row.baseline)} ${row.unit}`,
  row.ratio === undefined ? "-" : `${row.ratio.toFixed(2)}x`,
  targetText(row),
  verdictOf(row) ?? "",
];

/** The rows for people. */
export const asTable = (rows: ReadonlyArray<Row>): string => {
  const lines = [["bench", "what", "ours", "bare", "ratio", "target", "verdict"], ...rows.map(cells)];
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
};

/** The rows for programs, with verdicts. */
export const asJson = (run: { readonly machine: unknown; readonly rows: ReadonlyArray<Row> }): string =>
  `${JSON.stringify({ ...run, rows: run.rows.map((row) => ({ ...row, verdict: verdictOf(row) })) }, null, 2)}\n`;
