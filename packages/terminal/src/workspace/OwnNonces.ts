/** Lines that are remembered as one's own: as many as may wait to be sent. */
const REMEMBERED = 1_000;

/** The nonces of what was typed here. */
export class OwnNonces {
  readonly #nonces = new Set<string>();

  has(nonce: string): boolean {
    return this.#nonces.has(nonce);
  }

  add(nonce: string): void {
    this.#nonces.add(nonce);
    if (this.#nonces.size > REMEMBERED) this.#nonces.delete(this.#nonces.values().next().value!);
  }
}
