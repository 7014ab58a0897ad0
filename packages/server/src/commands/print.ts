// Control characters but tab and line feed; a message must not be able to drive the terminal that shows it.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

const write = (text: string): void => void process.stdout.write(`${text}\n`);

/** What a command prints on stdout. */
export const print = {
  /** Text for people; what others wrote may be in it. */
  line: (text: string): void => write(text.replace(CONTROL, "\ufffd")),
  /** One JSON document for scripts. */
  json: (value: unknown): void => write(JSON.stringify(value, null, 2)),
  /** One JSON document in a line, where more follow. */
  jsonLine: (value: unknown): void => write(JSON.stringify(value)),
  /** Columns as wide as their widest cell, with a head. */
  table: (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): void => {
    const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
    for (const row of [head, ...rows]) {
      print.line(
        row
          .map((cell, i) => cell.padEnd(widths[i]!))
          .join("  ")
          .trimEnd(),
      );
    }
  },
  /** A remark for people, on stderr: stdout stays what scripts read. */
  hint: (text: string): void => void process.stderr.write(`${text}\n`),
};
