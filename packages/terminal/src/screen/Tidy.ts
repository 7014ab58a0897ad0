import { getHeapStatistics } from "node:v8";

/** Garbage that may gather before it is collected, bytes. V8 by itself lets eight megabytes gather, a tenth of what a chat may take. */
const MAX_GARBAGE = 2 * 1024 * 1024;
/** Events between two looks: to look costs some microseconds, and an event leaves a few kilobytes. */
const EVENTS = 50;

/** Keeps a chat small that much is said in. Does nothing where V8 runs without `--expose-gc`. */
export class Tidy {
  #events = 0;
  /** What was in use after the last collection, bytes. */
  #live = 0;

  /** Something happened in the chat. */
  readonly step = (): void => {
    this.#events += 1;
    if (this.#events < EVENTS || !globalThis.gc) return;
    this.#events = 0;
    if (getHeapStatistics().used_heap_size < this.#live + MAX_GARBAGE) return;
    globalThis.gc();
    this.#live = getHeapStatistics().used_heap_size;
  };
}
