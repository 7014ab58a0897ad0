import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";

/** Lines are written to the disk in pieces of about this size. */
const FLUSH_BYTES = 256 * 1024;

/** What the manifest says of a file of JSON lines. */
export interface WrittenLines {
  readonly lines: number;
  readonly byte_size: number;
  readonly sha256: string;
}

/** Writes a file of JSON lines anew, and keeps count of it. */
export class LineWriter {
  readonly #file: FileHandle;
  readonly #hash = createHash("sha256");
  #pending: Array<string> = [];
  #pendingBytes = 0;
  #bytes = 0;
  lines = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** An export holds private talk: only who made it reads it. */
  static async create(path: string): Promise<LineWriter> {
    return new LineWriter(await open(path, "w", 0o600));
  }

  async write(value: unknown): Promise<void> {
    const line = `${JSON.stringify(value)}\n`;
    this.#pending.push(line);
    this.#pendingBytes += line.length;
    this.lines++;
    if (this.#pendingBytes >= FLUSH_BYTES) await this.#flush();
  }

  /** Ends the file once it is on the disk. */
  async finish(): Promise<WrittenLines> {
    await this.#flush();
    await this.#file.sync();
    await this.#file.close();
    return { lines: this.lines, byte_size: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  /** Lets go of a file that will not be finished. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined);
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#pending.join(""));
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#hash.update(bytes);
    this.#bytes += bytes.byteLength;
    // A single write may take less than all of it.
    await this.#file.writeFile(bytes);
  }
}

/** Writes a file of JSON lines; nothing stays open of one that breaks off. */
export const writeLines = async (
  path: string,
  fill: (writer: LineWriter) => Promise<void>,
): Promise<WrittenLines> => {
  const writer = await LineWriter.create(path);
  try {
    await fill(writer);
    return await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
};
