import type { InputOutcome } from "./Chat.ts";

/** Lines that may wait for their answers: what somebody types in an afternoon offline. */
const MAX_PENDING = 1_000;
/** Characters of lines that wait, all together. */
const MAX_CHARACTERS = 1_000_000;

export interface OutboxLine {
  readonly id: string;
  readonly text: string;
  /** Nobody typed it: nobody is told of it. */
  readonly quiet: boolean;
}

interface Added {
  readonly line: OutboxLine;
  readonly outcome: Promise<InputOutcome>;
}

interface Waiting extends OutboxLine {
  readonly settle: (outcome: InputOutcome) => void;
}

/** Lines that were typed, until the server has answered each: sent one after the other, again after a lost connection. */
export class Outbox {
  #waiting: Array<Waiting> = [];
  #characters = 0;

  /** Lines that somebody typed and that wait. */
  get size(): number {
    return this.#waiting.filter(({ quiet }) => !quiet).length;
  }

  /** The line whose turn it is. */
  get first(): OutboxLine | undefined {
    return this.#waiting[0];
  }

  /** Adds a line; undefined when too much waits already. */
  add(text: string, { quiet = false } = {}): Added | undefined {
    const full = this.#waiting.length >= MAX_PENDING || this.#characters + text.length > MAX_CHARACTERS;
    if (full) return undefined;
    const { promise: outcome, resolve: settle } = Promise.withResolvers<InputOutcome>();
    const line = { id: crypto.randomUUID(), text, quiet };
    this.#waiting.push({ ...line, settle });
    this.#characters += text.length;
    return { line, outcome };
  }

  /** Gives the first line, which was refused, another id: by the one that it had it might be told from itself no more. */
  renewFirst(): void {
    const [first, ...others] = this.#waiting;
    if (first) this.#waiting = [{ ...first, id: crypto.randomUUID() }, ...others];
  }

  /** The server answered a line. */
  settle(id: string, outcome: InputOutcome): void {
    const waiting = this.#waiting.find((one) => one.id === id);
    if (!waiting) return;
    this.#waiting = this.#waiting.filter((one) => one !== waiting);
    this.#characters -= waiting.text.length;
    waiting.settle(outcome);
  }

  /** No answers will come any more. Returns the typed lines that are lost. */
  abandon(): ReadonlyArray<string> {
    const lost = this.#waiting;
    for (const { id } of lost) this.settle(id, "lost");
    return lost.filter(({ quiet }) => !quiet).map(({ text }) => text);
  }
}
