import type { HttpResponse } from "uWebSockets.js";

/** Whether the peer of a response is still there. Must be made before the first await. */
export class Connection {
  #aborted = false;
  readonly #listeners: Array<() => void> = [];

  constructor(res: HttpResponse) {
    res.onAborted(() => {
      this.#aborted = true;
      for (const listener of this.#listeners) listener();
    });
  }

  /** After this the response must not be touched. */
  get aborted(): boolean {
    return this.#aborted;
  }

  onAborted(listener: () => void): void {
    this.#listeners.push(listener);
  }
}
