import { writeSync } from "node:fs";
import type { Readable } from "node:stream";
import { MARK_PASTES } from "../../line/PasteFilter.ts";
import type { TerminalOutput } from "./ScreenOutput.ts";

/** A terminal that is read from. */
export type TerminalInput = Readable & {
  readonly isTTY?: boolean;
  readonly setRawMode?: (raw: boolean) => unknown;
};

// The alternate screen; and no wrapping at the right edge: a terminal that draws a character wider than we count shall
// not push the rest of the screen down.
const TAKE = "\u001b[?1049h\u001b[?7l\u001b[2J\u001b[H";
// A frame that was begun is over; no marked pastes, the cursor visible, no style, wrapping, and the screen as it was.
const GIVE_BACK = "\u001b[?2026l\u001b[?2004l\u001b[?25h\u001b[0m\u001b[?7h\u001b[?1049l";

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** A terminal while the screen has it. However the program ends, the terminal is given back as it was. */
export class TakenTerminal {
  readonly #input: TerminalInput;
  readonly #output: TerminalOutput;
  readonly #onGiveBack: () => void;
  #taken = true;

  constructor(input: TerminalInput, output: TerminalOutput, onGiveBack: () => void) {
    this.#input = input;
    this.#output = output;
    this.#onGiveBack = onGiveBack;
    // Before anything is written: what comes between would leave the terminal ours.
    process.on("exit", this.giveBack);
    process.on("uncaughtExceptionMonitor", this.giveBack);
    for (const signal of Object.keys(SIGNALS)) process.on(signal, this.#onSignal);
    output.write(TAKE);
  }

  /** Stops the program as Ctrl-Z does, the terminal given back. Returns when it goes on, and has the terminal again. */
  readonly suspend = (): void => {
    if (!this.#taken) return;
    this.#quietly(() => this.#input.setRawMode?.(false));
    this.#quietly(() => this.#write(GIVE_BACK));
    // Where no shell is there to let it go on, the system does not stop it either.
    process.kill(process.pid, "SIGTSTP");
    this.#quietly(() => this.#write(TAKE + MARK_PASTES));
    this.#quietly(() => this.#input.setRawMode?.(true));
  };

  readonly giveBack = (): void => {
    if (!this.#taken) return;
    this.#taken = false;
    process.off("exit", this.giveBack);
    process.off("uncaughtExceptionMonitor", this.giveBack);
    for (const signal of Object.keys(SIGNALS)) process.off(signal, this.#onSignal);
    this.#onGiveBack();
    this.#quietly(() => this.#input.setRawMode?.(false));
    this.#quietly(() => this.#write(GIVE_BACK));
  };

  // The process may be about to end: what is only queued would be lost.
  #write(text: string): void {
    const { fd } = this.#output;
    if (fd === undefined) this.#output.write(text);
    else writeSync(fd, text);
  }

  // A terminal that hung up can be given nothing.
  #quietly(act: () => void): void {
    try {
      act();
    } catch {
      return undefined;
    }
  }

  readonly #onSignal = (signal: keyof typeof SIGNALS): void => {
    this.giveBack();
    process.exit(128 + SIGNALS[signal]);
  };
}
