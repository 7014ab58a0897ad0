/** What is remembered of a message that was told. */
export interface ShownMessage {
  readonly id: string;
  readonly ts: string;
  readonly placeId: string;
  readonly authorId: string;
  /** The message that it answers. */
  readonly rootId?: string;
  readonly replies: number;
}

/** Messages that are remembered: what a person scrolls back to, and all that a server tells again. */
const REMEMBERED = 2_000;
/** Characters of an id's end that name a message: fewer would be found too often. */
const SHORTEST = 4;

/** The messages that were told, so that each is told once and can be pointed at. */
export class Shown {
  readonly #messages = new Map<string, ShownMessage>();

  has(id: string): boolean {
    return this.#messages.has(id);
  }

  get(id: string): ShownMessage | undefined {
    return this.#messages.get(id);
  }

  add(message: ShownMessage): void {
    this.#messages.set(message.id, message);
    if (this.#messages.size > REMEMBERED) this.#messages.delete(this.#messages.keys().next().value!);
  }

  delete(id: string): void {
    this.#messages.delete(id);
  }

  /** Those of a place, the newest first. */
  in(placeId: string): ReadonlyArray<ShownMessage> {
    return [...this.#messages.values()]
      .filter((message) => message.placeId === placeId)
      .toSorted((a, b) => (b.ts === a.ts ? (b.id < a.id ? -1 : 1) : b.ts < a.ts ? -1 : 1));
  }

  /** By its id or the end of it. */
  find(typed: string): ShownMessage | undefined {
    const id = typed.toLowerCase();
    if (id.length < SHORTEST) return undefined;
    return this.#messages.get(id) ?? [...this.#messages.values()].findLast((one) => one.id.endsWith(id));
  }
}
