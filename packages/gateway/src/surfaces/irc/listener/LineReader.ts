/** A line with its end, as the protocol bounds it. */
export const MAX_LINE_BYTES = 512;
/** What a client's tags may take besides, with the `@` and the space. */
export const MAX_CLIENT_TAGS_BYTES = 4_094 + 2;

/** What came out of the bytes: a line, or one that was too long and is lost. */
export type Read = { readonly line: string } | { readonly tooLong: true };

const CR = 13;
const LF = 10;
const AT = 64;
const SPACE = 32;

/** Cuts a connection's bytes into lines. CR LF and a bare LF both end one; whatever is no UTF-8 becomes U+FFFD. */
export class LineReader {
  readonly #decoder = new TextDecoder("utf-8");
  #held: Buffer = Buffer.alloc(0);
  #skipping = false;

  /** The lines that are whole with these bytes. */
  push(chunk: Buffer): ReadonlyArray<Read> {
    const reads: Array<Read> = [];
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (let at = rest.indexOf(LF); at >= 0; at = rest.indexOf(LF)) {
      const line = rest.subarray(0, at);
      rest = rest.subarray(at + 1);
      if (this.#skipping) this.#skipping = false;
      else reads.push(this.#read(line));
    }
    if (this.#skipping) rest = Buffer.alloc(0);
    else if (rest.length > MAX_LINE_BYTES + MAX_CLIENT_TAGS_BYTES) {
      // Nothing so long is ever a line: what follows up to its end is thrown away as it comes.
      reads.push({ tooLong: true });
      this.#skipping = true;
      rest = Buffer.alloc(0);
    }
    this.#held = rest.length === 0 ? rest : Buffer.from(rest);
    return reads;
  }

  #read(bytes: Buffer): Read {
    const line = bytes.at(-1) === CR ? bytes.subarray(0, -1) : bytes;
    const space = line[0] === AT ? line.indexOf(SPACE) : -1;
    const tags = space < 0 ? 0 : space + 1;
    // The end counts with the line; a tag section is counted apart.
    if (line.length - tags > MAX_LINE_BYTES - 2 || tags > MAX_CLIENT_TAGS_BYTES) return { tooLong: true };
    return { line: this.#decoder.decode(line).replaceAll(/[\0\r]/g, "") };
  }
}
