type Step = () => unknown;

/** What was started or made, to be undone in the reverse order; once, also when a signal ends the run. */
export class Cleanup {
  readonly #steps: Array<Step> = [];
  #running: Promise<void> | undefined;

  add(step: Step): void {
    this.#steps.push(step);
  }

  /** Starts something that is to be stopped; one that is still starting when the end comes is waited for first. */
  managed<A>(start: () => Promise<A>, stop: (value: A) => unknown): Promise<A> {
    const starting = start();
    this.add(() => starting.then(stop, () => undefined));
    return starting;
  }

  /** One whose steps are also this one's. */
  inner(): Cleanup {
    const inner = new Cleanup();
    this.add(() => inner.run());
    return inner;
  }

  /** Undoes everything; one failing step does not keep the others from theirs. */
  run(): Promise<void> {
    return (this.#running ??= this.#undo());
  }

  async #undo(): Promise<void> {
    for (const step of this.#steps.toReversed()) {
      try {
        await step();
      } catch (error) {
        console.error(`cleaning up: ${String(error)}`);
      }
    }
  }
}
