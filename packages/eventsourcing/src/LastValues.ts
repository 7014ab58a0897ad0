import type { AppendResult } from "./EventStore.ts";
import { StoreUnavailable } from "./EventStore.ts";

export interface LastValue<Value> {
  readonly value: Value;
  /** Stream sequence of the message that holds it. */
  readonly seq: number;
}

/**
 * Small documents of which only the newest counts, one for each key: who has read how far, what somebody is writing.
 * Keys are subject tokens. Every method may throw StoreUnavailable.
 */
export interface LastValues<Value> {
  read(key: ReadonlyArray<string>): Promise<LastValue<Value> | undefined>;
  /** Writes over exactly the value that was read (`expectedSeq` 0: there was none), or reports a conflict. */
  write(key: ReadonlyArray<string>, value: Value, expectedSeq: number): Promise<AppendResult>;
  /** Sequence of the newest value below a prefix of a key; 0 when there is none. */
  newest(prefix: ReadonlyArray<string>): Promise<number>;
}

/** Of so many who write one document at once each has its turn; a pause of random length keeps them apart. */
const ATTEMPTS = 60;
const MAX_PAUSE_MS = 20;

/** Changes a document; `change` returns undefined to leave it as it is. Resolves with what it is then. */
export const updateLastValue = async <Value>(
  values: LastValues<Value>,
  key: ReadonlyArray<string>,
  change: (current: Value | undefined) => Value | undefined,
): Promise<LastValue<Value> | undefined> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const current = await values.read(key);
    const next = change(current?.value);
    if (next === undefined) return current;
    const written = await values.write(key, next, current?.seq ?? 0);
    if (written._tag === "Appended") return { value: next, seq: written.seq };
    await new Promise((resume) => setTimeout(resume, Math.random() * MAX_PAUSE_MS));
  }
  throw new StoreUnavailable("this was changed from elsewhere at the same time; try again");
};

/** Last values in memory, for tests. */
export class MemoryLastValues<Value> implements LastValues<Value> {
  readonly #values = new Map<string, LastValue<Value>>();
  #seq = 0;

  async read(key: ReadonlyArray<string>): Promise<LastValue<Value> | undefined> {
    return this.#values.get(key.join("."));
  }

  async write(key: ReadonlyArray<string>, value: Value, expectedSeq: number): Promise<AppendResult> {
    if ((this.#values.get(key.join("."))?.seq ?? 0) !== expectedSeq) return { _tag: "Conflict" };
    const seq = ++this.#seq;
    this.#values.set(key.join("."), { value, seq });
    return { _tag: "Appended", seq };
  }

  async newest(prefix: ReadonlyArray<string>): Promise<number> {
    const start = `${prefix.join(".")}.`;
    return Math.max(
      0,
      ...[...this.#values].filter(([key]) => key.startsWith(start)).map(([, { seq }]) => seq),
    );
  }
}
