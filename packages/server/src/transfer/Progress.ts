/** At the most so often, so that a terminal or a script can follow. */
const EVERY_MS = 250;

/** A phase of an export or import, and how far it is. */
export interface Step {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

/** Tells how far something long is: the first step of a phase, its last, and some between. */
export class Progress {
  readonly #tell: (step: Step) => void;
  #phase = "";
  #toldAt = 0;
  #told = -1;

  constructor(tell: (step: Step) => void) {
    this.#tell = tell;
  }

  at(phase: string, done: number, total: number): void {
    const now = performance.now();
    const changed = phase !== this.#phase || done !== this.#told;
    const due = phase !== this.#phase || done >= total || now - this.#toldAt >= EVERY_MS;
    if (!changed || !due) return;
    this.#phase = phase;
    this.#toldAt = now;
    this.#told = done;
    this.#tell({ phase, done, total });
  }
}
