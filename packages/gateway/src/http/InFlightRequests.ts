/** The requests of a gateway that are being answered, whichever surface they came to, and how they end with it. */
export class InFlightRequests {
  readonly #work = new Set<Promise<unknown>>();
  readonly #cuts = new Set<() => void>();
  #draining = false;
  #cut = false;

  /** From the beginning of a drain on each connection ends with its answer, so that no more requests come on it. */
  get draining(): boolean {
    return this.#draining;
  }

  /** Bodies have been cut off: no more of a file is sent. */
  get cut(): boolean {
    return this.#cut;
  }

  /** Holds the end of a drain until a request is answered, however it ends. */
  add(work: Promise<unknown>): void {
    const held = work.finally(() => this.#work.delete(held));
    this.#work.add(held);
  }

  /** Calls `listener` when a body that is being sent or received now is to be cut off; returns how to take that back. */
  onCut(listener: () => void): () => void {
    this.#cuts.add(listener);
    return () => this.#cuts.delete(listener);
  }

  drain(): void {
    this.#draining = true;
  }

  /**
   * Resolves once none is left; after `withinMs` bodies that are still under way are cut off. Whoever awaits this goes
   * on while no socket is being read: what it closes at once has begun no request that is not answered.
   */
  async finished(withinMs: number): Promise<void> {
    const limit = setTimeout(() => this.#cutOff(), withinMs);
    do {
      await Promise.allSettled(this.#work);
      // Here uWebSockets.js may still be reading the last request, or others that came together with it.
      await new Promise((resume) => setImmediate(resume));
    } while (this.#work.size > 0);
    clearTimeout(limit);
  }

  #cutOff(): void {
    this.#cut = true;
    for (const listener of this.#cuts) listener();
  }
}
