/** Texts that are kept: an afternoon's. */
const MAX_TEXTS = 500;

/** What was sent before, for Up and Down; what is being typed comes back at the end. */
export class InputHistory {
  readonly #texts: Array<string> = [];
  /** Which one is shown; as many as there are: what is being typed. */
  #at = 0;
  #draft = "";

  add(text: string): void {
    if (this.#texts.at(-1) !== text) this.#texts.push(text);
    if (this.#texts.length > MAX_TEXTS) this.#texts.shift();
    this.#at = this.#texts.length;
  }

  /** The text before (-1) or after (1) the one that is shown; undefined where there is none. */
  move(by: -1 | 1, shown: string): string | undefined {
    const to = this.#at + by;
    if (to < 0 || to > this.#texts.length) return undefined;
    if (this.#at === this.#texts.length) this.#draft = shown;
    this.#at = to;
    return this.#texts[to] ?? this.#draft;
  }
}
