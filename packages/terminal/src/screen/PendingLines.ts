import type { InputOutcome } from "../chat/Chat.ts";

/** A line that was sent and is not answered yet. */
export interface PendingLine {
  readonly text: string;
  /** The room in which it was typed. */
  readonly room: string;
  /** When, ms. */
  readonly since: number;
}

/** Lines are answered within this, ms, if all is well: they are not worth a flicker. */
const WORTH_SHOWING_MS = 400;

/** What was typed and is not answered yet. */
export class PendingLines {
  readonly #lines = new Set<PendingLine>();

  get all(): ReadonlyArray<PendingLine> {
    return [...this.#lines];
  }

  get any(): boolean {
    return this.#lines.size > 0;
  }

  add(line: PendingLine, outcome: Promise<InputOutcome>, settled: () => void): void {
    this.#lines.add(line);
    void outcome
      .catch((): InputOutcome => "lost")
      .then((how) => {
        // What was lost stays: it is told at the end.
        if (how !== "lost") this.#lines.delete(line);
        settled();
      });
  }

  /** Those of a room that wait longer than usual, or wait for a connection. */
  shownIn(room: string, now: number, connected: boolean): ReadonlyArray<PendingLine> {
    return this.all.filter(
      (line) => line.room === room && (!connected || now - line.since >= WORTH_SHOWING_MS),
    );
  }
}
