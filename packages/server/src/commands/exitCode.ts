import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { CliError } from "effect/cli";
import { SettingsError } from "../serve/Settings.ts";

const FAILED = 1;
const USAGE = 2;

/** What was typed cannot be meant; the message says what can. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** A check ran to its end and found something wrong; what, stands in what it printed and in the message. */
export class CheckFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CheckFailed";
  }
}

/** Exit code of a command that failed: 2 for what was typed wrong, 1 for everything else. */
export const exitCodeOf = (error: unknown): number =>
  error instanceof UsageError || error instanceof SettingsError || CliError.isCliError(error)
    ? USAGE
    : FAILED;

/** What to tell a person; undefined where the command line has said it already. */
export const explain = (error: unknown): string | undefined => {
  if (CliError.isCliError(error)) return undefined;
  if (error instanceof ApiFailure) return `clickclack: ${error.message} (${error.code})`;
  return `clickclack: ${error instanceof Error ? error.message : String(error)}`;
};
