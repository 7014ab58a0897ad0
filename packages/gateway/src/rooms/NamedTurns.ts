import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import type { Names } from "./Names.ts";

/** What is told one thing after the other, each once the names in it are known. */
export class NamedTurns {
  readonly #names: Names;
  /** What waits for a name that had to be looked up, and what came behind it. */
  #chain: Promise<void> | undefined;

  constructor(names: Names) {
    this.#names = names;
  }

  /** Resolves once all that was taken before this call has been told. */
  async settled(): Promise<void> {
    await this.#chain;
  }

  /** Tells at once where everybody is known and nothing waits; in its turn otherwise. */
  take(state: WorkspaceState, userIds: ReadonlyArray<string>, tell: () => void): void {
    if (!this.#chain && this.#names.known(state, userIds)) return tell();
    const ready = (this.#chain ?? Promise.resolve())
      // Without the log nobody's name is found; what happened is told under the names that there are.
      .then(() => this.#names.ensure(state, userIds).catch(() => undefined))
      .then(tell);
    this.#chain = ready;
    void ready.finally(() => {
      if (this.#chain === ready) this.#chain = undefined;
    });
  }
}
