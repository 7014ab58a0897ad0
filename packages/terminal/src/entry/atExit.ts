import { constants } from "node:os";
import { isatty } from "node:tty";
import { writeSync } from "node:fs";
import { safeText } from "../safeText.ts";
import { UNMARK_PASTES } from "../line/PasteFilter.ts";

const SHOW_CURSOR = "\u001b[?25h";
const SIGNALS = ["SIGTERM", "SIGHUP"] as const;

let changed = false;

/** The terminal is not as it was from now on: it is put right however the program ends. */
export const terminalChanged = (is: boolean): void => {
  changed = is;
};

const restore = (): void => {
  if (!changed) return;
  changed = false;
  try {
    process.stdin.setRawMode(false);
    if (isatty(1)) writeSync(1, `${UNMARK_PASTES}${SHOW_CURSOR}\r\n`);
  } catch {
    // The terminal is gone: nothing is left to put right.
  }
};

/** Sees to it that the terminal is as it was, however the program ends; whoever closes stdout ends it quietly. */
export const atExit = (): void => {
  process.on("exit", restore);
  for (const signal of SIGNALS) process.on(signal, () => process.exit(128 + constants.signals[signal]));
  process.on("uncaughtException", (error) => {
    restore();
    process.stderr.write(`clickclack chat: ${safeText(error.stack ?? String(error))}\n`);
    process.exit(1);
  });
  process.stdout.on("error", () => process.exit(0));
  process.stderr.on("error", () => undefined);
};
