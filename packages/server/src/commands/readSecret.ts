import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { UsageError } from "./exitCode.ts";

/** Longer than any secret that somebody types or pipes in. */
const MAX_BYTES = 4096;

const NOWHERE = new Writable({ write: (_chunk, _encoding, done) => done() });

/**
 * A secret that is never an argument, which others on the machine could read: piped in as one line, or typed at the
 * terminal, which does not show it. Throws UsageError when there is none.
 */
export const readSecret = async (prompt: string): Promise<string> => {
  const secret = process.stdin.isTTY ? await typed(prompt) : await piped();
  if (secret === "") throw new UsageError(`${prompt}: nothing was given; type it, or pipe it in`);
  return secret;
};

/** A secret that is typed twice, as nobody sees it. Throws UsageError when the two differ. */
export const readNewSecret = async (prompt: string): Promise<string> => {
  const secret = await readSecret(prompt);
  if (process.stdin.isTTY && (await typed(`${prompt} again`)) !== secret)
    throw new UsageError("the two are not the same; nothing was changed");
  return secret;
};

const typed = async (prompt: string): Promise<string> => {
  const terminal = createInterface({ input: process.stdin, output: NOWHERE, terminal: true });
  process.stderr.write(`${prompt}: `);
  try {
    return await Promise.race([
      terminal.question(""),
      new Promise<string>((resolve) => terminal.once("close", () => resolve(""))),
    ]);
  } finally {
    terminal.close();
    process.stderr.write("\n");
  }
};

const piped = async (): Promise<string> => {
  const chunks: Array<Buffer> = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new UsageError(`what was piped in is longer than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks)
    .toString("utf8")
    .replace(/\r?\n$/, "");
};
