import type { IndexSnapshot } from "./IdempotencyIndex.ts";

/** A state as it stood after the commit at `seq`. */
export interface StoredSnapshot extends IndexSnapshot {
  readonly format: number;
  readonly version: number;
  readonly seq: number;
  readonly state: unknown;
}

/** Keeps the newest snapshot of each aggregate. It saves time only: the log alone is the truth. */
export interface Snapshots {
  load(log: string, aggregate: string): Promise<StoredSnapshot | undefined>;
  save(log: string, aggregate: string, snapshot: StoredSnapshot): Promise<void>;
}

/** Snapshots in memory, for tests. */
export class MemorySnapshots implements Snapshots {
  readonly #kept = new Map<string, string>();

  async load(log: string, aggregate: string): Promise<StoredSnapshot | undefined> {
    const json = this.#kept.get(`${log}.${aggregate}`);
    return json === undefined ? undefined : (JSON.parse(json) as StoredSnapshot);
  }

  async save(log: string, aggregate: string, snapshot: StoredSnapshot): Promise<void> {
    this.#kept.set(`${log}.${aggregate}`, JSON.stringify(snapshot));
  }
}
