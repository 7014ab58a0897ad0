import { expect, test } from "vitest";
import RowsOutput from "./RowsOutput.ts";

const plain = { transformers: [] };
const DIM = "\u001b[2m│\u001b[22m";

test("panes are put beside each other, by the cells that each row takes", () => {
  const output = new RowsOutput({ width: 12, height: 3 });
  output.write(6, 0, [DIM, DIM, DIM].join("\n"), plain);
  output.write(0, 0, "abc\n日本語\n\u001b[7m👍\u001b[27m", plain);
  output.write(7, 0, "one\n \nthree", plain);
  const rows = [`abc   ${DIM}one`, `日本語${DIM}`, `\u001b[7m👍\u001b[27m    ${DIM}three`];
  expect(output.get()).toEqual({ output: rows.join("\n"), height: 3 });
});

test("what is above or below a box is not shown", () => {
  const output = new RowsOutput({ width: 5, height: 4 });
  output.clip({ y1: 1, y2: 3 });
  output.write(0, 0, "a\nb\nc\nd", plain);
  output.unclip();
  output.write(2, 3, "e\nf", plain);
  expect(output.get().output).toBe("\nb\nc\n  e");
});

test("rows are styled as Ink wants them", () => {
  const output = new RowsOutput({ width: 5, height: 2 });
  const number = (line: string, index: number) => `${index}${line}`;
  output.write(0, 0, "a\nb", { transformers: [number, (line) => `<${line}>`] });
  expect(output.get().output).toBe("<0a>\n<1b>");
});
