/** Entries whose rows are kept: several screens full, so that a frame lays out only what is new. */
const MAX_CACHED = 500;

/** Rows of entries at one width, so far as they were laid out lately. */
export class RowCache {
  readonly #rows = new Map<object, ReadonlyArray<string>>();
  #key = "";

  /** Rows of an entry; `key` says what else they depend on: another one forgets all. */
  get(entry: object, key: string, layOut: () => ReadonlyArray<string>): ReadonlyArray<string> {
    if (key !== this.#key) this.#rows.clear();
    this.#key = key;
    const known = this.#rows.get(entry);
    if (known) return known;
    const rows = layOut();
    this.#rows.set(entry, rows);
    if (this.#rows.size > MAX_CACHED) this.#rows.delete(this.#rows.keys().next().value!);
    return rows;
  }
}
