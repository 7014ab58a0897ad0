/** One text's place among those that a connection says one after the other. */
export interface Turn {
  /** Resolves once what was said before has been handed over to the workspace. */
  readonly ready: Promise<void>;
  /** Call when this text has been handed over, too; what becomes of it may be waited for meanwhile. */
  readonly handedOver: () => void;
}

/** Texts of one connection that are under way at once; more wait for these. */
const MAX_UNDER_WAY = 64;

/**
 * What a connection says without waiting for what becomes of each text: handed over in order, so that they are stored in
 * order and a few commits hold all of them; answered in order, too.
 */
export class Speeches {
  #ready = Promise.resolve();
  #underWay: Array<Promise<() => void>> = [];

  /** Says a text, which must not reject; what it resolves with tells the client of what was refused. */
  async start(say: (turn: Turn) => Promise<() => void>): Promise<void> {
    if (this.#underWay.length >= MAX_UNDER_WAY) await this.settled();
    const next = Promise.withResolvers<void>();
    const turn = { ready: this.#ready, handedOver: next.resolve };
    this.#ready = next.promise;
    this.#underWay.push(say(turn).finally(next.resolve));
  }

  /** Resolves once all of them have been carried out and answered. */
  async settled(): Promise<void> {
    const underWay = this.#underWay;
    this.#underWay = [];
    for (const tell of await Promise.all(underWay)) tell();
  }
}
