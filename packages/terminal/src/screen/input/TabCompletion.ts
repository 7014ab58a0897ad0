import { complete, type Completable } from "../../typed/complete.ts";
import type { LineBuffer } from "./LineBuffer.ts";

/** Completes what stands before the cursor; Tab again takes the next candidate, Shift-Tab the one before. */
export class TabCompletion {
  #candidates: ReadonlyArray<string> = [];
  #at = 0;
  #start = 0;
  /** The text that this made last: another one begins anew. */
  #made: LineBuffer | undefined;

  /** What Tab goes through, while it does. */
  candidatesFor(buffer: LineBuffer): ReadonlyArray<string> {
    return buffer === this.#made && this.#candidates.length > 1 ? this.#candidates : [];
  }

  next(buffer: LineBuffer, known: Completable, by: -1 | 1): LineBuffer {
    const head = buffer.text.slice(0, buffer.at);
    if (buffer === this.#made) {
      this.#at = (this.#at + by + this.#candidates.length) % this.#candidates.length;
    } else {
      const [candidates, word] = complete(head, known);
      if (candidates.length === 0) return buffer;
      this.#candidates = candidates;
      this.#at = by === 1 ? 0 : candidates.length - 1;
      this.#start = head.length - word.length;
    }
    const done = head.slice(0, this.#start) + this.#candidates[this.#at]!;
    this.#made = { ...buffer, text: done + buffer.text.slice(buffer.at), at: done.length };
    return this.#made;
  }
}
