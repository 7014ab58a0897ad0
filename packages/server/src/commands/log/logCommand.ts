import { Command } from "effect/cli";
import { tailCommand } from "./tailCommand.ts";
import { verifyCommand } from "./verifyCommand.ts";

/** The event log itself. */
export const logCommand = Command.make("log").pipe(
  Command.withDescription("The event log: look at it, check it"),
  Command.withSubcommands([tailCommand, verifyCommand]),
);
