import { createHash } from "node:crypto";
import { Transform, type TransformCallback } from "node:stream";

/** Enough of a picture to find its size in, also behind the thumbnails and profiles that cameras write. */
const HEAD_BYTES = 256 * 1024;

/** Passes a file on and keeps what can be told of it: size, hash, and its beginning. */
export class FileMeter extends Transform {
  readonly #hash = createHash("sha256");
  readonly #head: Array<Buffer> = [];
  #headBytes = 0;
  byteSize = 0;

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.byteSize += chunk.byteLength;
    this.#hash.update(chunk);
    if (this.#headBytes < HEAD_BYTES) {
      const part = chunk.subarray(0, HEAD_BYTES - this.#headBytes);
      this.#head.push(part);
      this.#headBytes += part.byteLength;
    }
    done(null, chunk);
  }

  /** The file's first bytes. */
  head(): Uint8Array {
    return Buffer.concat(this.#head);
  }

  /** In hexadecimal; once, after the end. */
  sha256(): string {
    return this.#hash.digest("hex");
  }
}
