import { UsageError } from "../exitCode.ts";

/** A password has 64 KiB at the most; a longer line is none. */
const MAX_SECRET = 128 * 1024;
const CANCELLED = new Set(["\u0003", "\u0004"]);
const ERASE = new Set(["\u007f", "\b"]);
const ERASE_ALL = "\u0015";

/** Reads what nobody else may see: typed at a terminal without an echo, or piped in, a line for each question. */
export class SecretInput {
  readonly #input = process.stdin;
  #chunks: AsyncIterator<string> | undefined;
  #rest = "";

  /** Throws UsageError when there is nothing. */
  async ask(question: string): Promise<string> {
    const answer = this.#input.isTTY ? await this.#typed(question) : await this.#line();
    if (answer === "") throw new UsageError(`nothing was given for "${question.replace(/: $/, "")}"`);
    return answer;
  }

  async #line(): Promise<string> {
    this.#chunks ??= this.#input.setEncoding("utf8")[Symbol.asyncIterator]() as AsyncIterator<string>;
    for (;;) {
      const end = this.#rest.indexOf("\n");
      if (end >= 0 || this.#rest.length > MAX_SECRET) return this.#cut(end);
      const next = await this.#chunks.next();
      if (next.done) return this.#cut(this.#rest.length);
      this.#rest += next.value;
    }
  }

  #cut(end: number): string {
    if (end < 0 || end > MAX_SECRET) throw new UsageError("the line on stdin is too long");
    const line = this.#rest.slice(0, end).replace(/\r$/, "");
    this.#rest = this.#rest.slice(end + 1);
    return line;
  }

  async #typed(question: string): Promise<string> {
    process.stderr.write(question);
    this.#input.setRawMode(true).setEncoding("utf8").resume();
    try {
      return await this.#untilEnter();
    } finally {
      this.#input.setRawMode(false).pause();
      process.stderr.write("\n");
    }
  }

  #untilEnter(): Promise<string> {
    let typed: Array<string> = [];
    return new Promise((resolve, reject) => {
      const onKeys = (keys: string) => {
        for (const key of keys) {
          const entered = key === "\r" || key === "\n";
          if (entered || CANCELLED.has(key)) {
            this.#input.off("data", onKeys);
            return entered ? resolve(typed.join("")) : reject(new Error("cancelled"));
          }
          if (ERASE.has(key)) typed.pop();
          else if (key === ERASE_ALL) typed = [];
          else if (key >= " " && typed.length < MAX_SECRET) typed.push(key);
        }
      };
      this.#input.on("data", onKeys);
    });
  }
}
