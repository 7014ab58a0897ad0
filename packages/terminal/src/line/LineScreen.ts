import stringWidth from "string-width";
import { clearScreenDown, cursorTo, type Interface, moveCursor } from "node:readline";
import type { Writable } from "node:stream";

/** Where lines are written, with a prompt below them if there is one. */
export interface LineScreen {
  write(text: string): void;
  /** Takes the line that was just entered off the screen: it comes back as a message. */
  forgetEntered(line: string): void;
}

/** Writes lines and nothing else: into a file or pipe, or to a terminal that knows no cursor. */
export const plainScreen = (output: Writable): LineScreen => ({
  write: (text) => void output.write(`${text}\n`),
  forgetEntered: () => undefined,
});

/** Writes lines above a prompt of node:readline; what is half typed stays as it is. */
export const promptScreen = (
  output: Writable & { readonly columns?: number },
  readline: Interface,
): LineScreen => ({
  write: (text) => {
    const { rows } = readline.getCursorPos();
    if (rows > 0) moveCursor(output, 0, -rows);
    cursorTo(output, 0);
    clearScreenDown(output);
    output.write(`${text}\n`);
    readline.prompt(true);
  },
  forgetEntered: (line) => {
    const width = output.columns ?? 80;
    const rows = Math.floor(stringWidth(readline.getPrompt() + line) / width) + 1;
    moveCursor(output, 0, -rows);
    cursorTo(output, 0);
    clearScreenDown(output);
  },
});
