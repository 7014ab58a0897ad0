import { Writable } from "node:stream";

/** A terminal that is written to. */
export type TerminalOutput = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  readonly fd?: number;
};

/** The terminal as Ink gets it: what is written after it was closed is dropped, and it is told of a new size when we say so. */
export class ScreenOutput extends Writable {
  readonly isTTY = true;
  readonly #output: TerminalOutput;
  #shut = false;

  constructor(output: TerminalOutput) {
    super({ decodeStrings: false });
    this.#output = output;
    this.on("error", () => undefined);
  }

  get columns(): number {
    return this.#output.columns || 80;
  }

  get rows(): number {
    return this.#output.rows || 24;
  }

  /** Drops whatever is written from now on. */
  shut(): void {
    this.#shut = true;
  }

  override _write(
    chunk: string | Buffer,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    if (this.#shut || this.#output.destroyed) return done();
    this.#output.write(chunk, done);
  }
}
