import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { TransferRefused } from "../TransferRefused.ts";
import { isPlainFile } from "./isPlainFile.ts";
import type { WrittenLines } from "./LineWriter.ts";

/** Longest line: a commit is one NATS message, of which the largest that a server takes are far smaller. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const NEWLINE = 0x0a;

/** A line of a file, as it was parsed; `where` names file and line for people. */
export interface Line {
  readonly value: unknown;
  readonly where: string;
}

/** Reads a file of JSON lines piece by piece. Throws TransferRefused, naming the line, where one is cut off or no JSON. */
export async function* readLines(
  path: string,
  onEnd: (read: WrittenLines) => void = () => undefined,
): AsyncGenerator<Line> {
  const name = basename(path);
  const hash = createHash("sha256");
  let bytes = 0;
  let lines = 0;
  let rest: Array<Buffer> = [];
  let restBytes = 0;
  for await (const chunk of chunksOf(path)) {
    hash.update(chunk);
    bytes += chunk.byteLength;
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const where = `${name} line ${++lines}`;
      const last = chunk.subarray(from, end);
      const line = rest.length === 0 ? last : Buffer.concat([...rest, last]);
      yield { value: parse(line, where), where };
      rest = [];
      restBytes = 0;
      from = end + 1;
    }
    const left = chunk.subarray(from);
    restBytes += left.byteLength;
    if (restBytes > MAX_LINE_BYTES) throw new TransferRefused(`${name} line ${lines + 1} is too long`);
    if (left.byteLength > 0) rest.push(left);
  }
  if (restBytes > 0) throw new TransferRefused(`${name} line ${lines + 1} is cut off`);
  onEnd({ lines, byte_size: bytes, sha256: hash.digest("hex") });
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  if (!(await isPlainFile(path))) throw new TransferRefused(`${basename(path)} is missing`);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) yield chunk as Buffer;
  } catch (error) {
    throw new TransferRefused(`${basename(path)} cannot be read: ${(error as Error).message}`);
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

const parse = (line: Uint8Array, where: string): unknown => {
  try {
    return JSON.parse(utf8.decode(line));
  } catch {
    throw new TransferRefused(`${where} is no JSON`);
  }
};
