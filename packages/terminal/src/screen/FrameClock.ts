/** Frames are drawn at most this often, ms: some 30 a second. */
const FRAME_MS = 33;
/** Of the time, one part in so many may go into drawing: what comes in is taken in before it is drawn. */
const SHARE = 4;

/** Says when to draw: at once after a quiet time, and then not more often than is seen or than there is time for. */
export class FrameClock {
  readonly #listeners = new Set<() => void>();
  #frame = 0;
  #pending: ReturnType<typeof setTimeout> | undefined;
  #notBefore = 0;

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly frame = (): number => this.#frame;

  /** Something is to be drawn. */
  readonly request = (): void => {
    this.#pending ??= setTimeout(() => this.#draw(), Math.max(0, this.#notBefore - performance.now()));
  };

  /** A frame took so long to be made, ms. */
  readonly took = (ms: number): void => {
    this.#notBefore = Math.max(this.#notBefore, performance.now() + ms * (SHARE - 1));
  };

  stop(): void {
    clearTimeout(this.#pending);
    this.#listeners.clear();
  }

  #draw(): void {
    this.#pending = undefined;
    this.#notBefore = performance.now() + FRAME_MS;
    this.#frame += 1;
    for (const listener of this.#listeners) listener();
  }
}
