import { PassThrough } from "node:stream";
import type { ReadStream } from "node:tty";
import { expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { PasteFilter } from "./PasteFilter.ts";

test("what is typed behind a Tab comes by itself, as readline completes only at the end of what it gets", async () => {
  const terminal = new PassThrough();
  const pieces: Array<string> = [];
  new PasteFilter(terminal as unknown as ReadStream).on("data", (piece: string) => pieces.push(piece));
  terminal.write("bo\thi\t\r");
  terminal.write("\u001b[200~a\tb\nc\n\u001b[201~");
  await until(() => pieces.join("").includes("c"), { what: "the paste" });
  expect(pieces).toEqual(["bo\t", "hi\t", "\r", "a    b↵c"]);
});
