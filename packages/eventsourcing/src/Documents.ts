import { StoreUnavailable } from "./EventStore.ts";

/** A document and the revision to change it at. */
export interface Document<Value> {
  readonly value: Value;
  readonly revision: number;
}

/**
 * Small documents by key that come and go: sessions, places in a queue. Keys are subject tokens. Every method may throw
 * StoreUnavailable.
 */
export interface Documents<Value> {
  read(key: ReadonlyArray<string>): Promise<Document<Value> | undefined>;
  /** Writes over exactly the revision that was read (0: there was none); undefined when somebody else was quicker. */
  write(key: ReadonlyArray<string>, value: Value, revision: number): Promise<number | undefined>;
  /** Takes a document away at exactly this revision; false when it was changed or is gone already. */
  remove(key: ReadonlyArray<string>, revision: number): Promise<boolean>;
  /** The keys below a prefix, in no order. */
  keys(prefix: ReadonlyArray<string>): Promise<ReadonlyArray<ReadonlyArray<string>>>;
}

/** Of so many who change one document at once each has its turn; a pause of random length keeps them apart. */
const ATTEMPTS = 60;
const MAX_PAUSE_MS = 20;

/**
 * Changes a document; `change` returns undefined to leave it as it is, and is not asked when there is none. Resolves with
 * what it is then.
 */
export const changeDocument = async <Value>(
  documents: Documents<Value>,
  key: ReadonlyArray<string>,
  change: (current: Value) => Value | undefined,
): Promise<Document<Value> | undefined> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const current = await documents.read(key);
    if (!current) return undefined;
    const next = change(current.value);
    if (next === undefined) return current;
    const revision = await documents.write(key, next, current.revision);
    if (revision !== undefined) return { value: next, revision };
    await new Promise((resume) => setTimeout(resume, Math.random() * MAX_PAUSE_MS));
  }
  throw new StoreUnavailable("this was changed from elsewhere at the same time; try again");
};

/** Documents in memory, for tests. */
export class MemoryDocuments<Value> implements Documents<Value> {
  readonly #documents = new Map<string, Document<Value>>();
  #revision = 0;

  async read(key: ReadonlyArray<string>): Promise<Document<Value> | undefined> {
    return this.#documents.get(key.join("."));
  }

  async write(key: ReadonlyArray<string>, value: Value, revision: number): Promise<number | undefined> {
    if ((this.#documents.get(key.join("."))?.revision ?? 0) !== revision) return undefined;
    this.#documents.set(key.join("."), { value, revision: ++this.#revision });
    return this.#revision;
  }

  async remove(key: ReadonlyArray<string>, revision: number): Promise<boolean> {
    if (this.#documents.get(key.join("."))?.revision !== revision) return false;
    return this.#documents.delete(key.join("."));
  }

  async keys(prefix: ReadonlyArray<string>): Promise<ReadonlyArray<ReadonlyArray<string>>> {
    const start = [...prefix, ""].join(".");
    return [...this.#documents.keys()].filter((key) => key.startsWith(start)).map((key) => key.split("."));
  }
}
