/** A server whose store is away answers no barrier: milliseconds after which one is given up. */
const ANSWERED_WITHIN_MS = 5_000;

/** Barriers of a connection: one under way and one that waits for it, however many ask. */
export class Barriers {
  #send: ((frame: string) => void) | undefined;
  #underWay: Promise<boolean> | undefined;
  #next: Promise<boolean> | undefined;
  #id = "";
  #settle: (passed: boolean) => void = () => undefined;

  /** A connection came about. */
  begin(send: (frame: string) => void): void {
    this.end();
    this.#send = send;
  }

  /** The connection is lost, and with it whatever was under way. */
  end(): void {
    this.#send = undefined;
    this.#settle(false);
  }

  answered(id: string): void {
    if (id === this.#id) this.#settle(true);
  }

  /** Resolves with whether a barrier that is sent from now on was answered. */
  pass(): Promise<boolean> {
    if (this.#underWay) {
      this.#next ??= this.#underWay.then(() => {
        this.#next = undefined;
        return this.pass();
      });
      return this.#next;
    }
    if (!this.#send) return Promise.resolve(false);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#id = crypto.randomUUID();
    this.#settle = resolve;
    const timer = setTimeout(() => resolve(false), ANSWERED_WITHIN_MS);
    this.#send(JSON.stringify({ type: "barrier", id: this.#id }));
    this.#underWay = promise.finally(() => {
      clearTimeout(timer);
      this.#underWay = undefined;
    });
    return this.#underWay;
  }
}
