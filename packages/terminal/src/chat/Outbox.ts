import type { InputOutcome } from "./Chat.ts";

/** Lines that may wait for their answers: what somebody types in an afternoon offline, and less than a megabyte. */
const MAX_PENDING = 1_000;
/** Characters of lines that wait, all together. */
const MAX_CHARACTERS = 1_000_000;

export interface OutboxLine {
  readonly id: string;
  readonly text: string;
}

interface Waiting extends OutboxLine {
  readonly settle: (outcome: InputOutcome) => void;
}

/** Lines that were typed, until the server has answered each: sent one after the other, again after a lost connection. */
export class Outbox {
  readonly #waiting = new Map<string, Waiting>();
  #characters = 0;

  get size(): number {
    return this.#waiting.size;
  }

  /** The line whose turn it is. */
  get first(): OutboxLine | undefined {
    const [first] = this.#waiting.values();
    return first && { id: first.id, text: first.text };
  }

  /** Adds a line; undefined when too much waits already. */
  add(text: string): { readonly line: OutboxLine; readonly outcome: Promise<InputOutcome> } | undefined {
    if (this.#waiting.size >= MAX_PENDING || this.#characters + text.length > MAX_CHARACTERS)
      return undefined;
    const { promise, resolve: settle } = Promise.withResolvers<InputOutcome>();
    const line = { id: crypto.randomUUID(), text };
    this.#waiting.set(line.id, { ...line, settle });
    this.#characters += text.length;
    return { line, outcome: promise };
  }

  /** The server answered a line. */
  settle(id: string, outcome: InputOutcome): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    this.#characters -= waiting.text.length;
    waiting.settle(outcome);
  }

  /** No answers will come any more. Returns the lines that are lost. */
  abandon(): ReadonlyArray<OutboxLine> {
    const lost = [...this.#waiting.values()];
    for (const { id } of lost) this.settle(id, "lost");
    return lost;
  }
}
