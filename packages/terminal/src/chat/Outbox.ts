import type { InputOutcome } from "./Chat.ts";

/** Lines that may wait for their answers: what somebody types in an afternoon offline, and less than a megabyte. */
const MAX_PENDING = 1_000;

export interface OutboxLine {
  readonly id: string;
  readonly text: string;
}

interface Waiting extends OutboxLine {
  readonly settle: (outcome: InputOutcome) => void;
}

/** Lines that were typed, until the server has answered each: sent again after a lost connection, in their order. */
export class Outbox {
  readonly #waiting = new Map<string, Waiting>();

  get size(): number {
    return this.#waiting.size;
  }

  get lines(): ReadonlyArray<OutboxLine> {
    return [...this.#waiting.values()];
  }

  /** Adds a line; undefined when too many wait already. */
  add(text: string): { readonly line: OutboxLine; readonly outcome: Promise<InputOutcome> } | undefined {
    if (this.#waiting.size >= MAX_PENDING) return undefined;
    const { promise, resolve: settle } = Promise.withResolvers<InputOutcome>();
    const line = { id: crypto.randomUUID(), text };
    this.#waiting.set(line.id, { ...line, settle });
    return { line, outcome: promise };
  }

  /** The server answered a line. */
  settle(id: string, outcome: InputOutcome): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.settle(outcome);
  }

  /** No answers will come any more. Returns the lines that are lost. */
  abandon(): ReadonlyArray<string> {
    const lost = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { settle } of lost) settle("lost");
    return lost.map(({ text }) => text);
  }
}
