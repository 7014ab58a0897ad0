import { clearScreenDown, cursorTo, type Interface, moveCursor } from "node:readline";
import type { Writable } from "node:stream";

/** Lines above a prompt of node:readline; what is half typed stays as it is. */
export class LineScreen {
  readonly #output: Writable;
  // Where its cursor stands below the prompt's top: not in its declared types, and right only for the width that it knew.
  readonly #readline: Interface & { prevRows?: number };

  constructor(output: Writable, readline: Interface) {
    this.#output = output;
    this.#readline = readline;
  }

  write(text: string): void {
    this.#toTopOfPrompt(this.#readline.getCursorPos().rows);
    this.#output.write(`${text}\n`);
    this.#readline.prompt(true);
  }

  /** Shows another prompt in place of the one that is there. */
  setPrompt(prompt: string): void {
    if (prompt === this.#readline.getPrompt()) return;
    this.#toTopOfPrompt(this.#readline.getCursorPos().rows);
    this.#readline.setPrompt(prompt);
    this.#readline.prompt(true);
  }

  /** Takes a line that was just entered off the screen, which took so many rows: it comes back as a message. */
  takeBack(rows: number): void {
    this.#toTopOfPrompt(rows);
  }

  /** The width is another: the terminal has broken the lines anew, and readline is about to draw its own again. */
  resized(prompt: string): void {
    this.#readline.prevRows = this.#readline.getCursorPos().rows;
    this.#readline.setPrompt(prompt);
  }

  clear(): void {
    this.#output.write("\u001b[2J\u001b[3J\u001b[H");
  }

  /** Ends the prompt: what is written next stands in its place. */
  leave(): void {
    this.#toTopOfPrompt(this.#readline.getCursorPos().rows);
  }

  #toTopOfPrompt(rows: number): void {
    if (rows > 0) moveCursor(this.#output, 0, -rows);
    cursorTo(this.#output, 0);
    clearScreenDown(this.#output);
  }
}
