import { Command } from "effect/cli";
import { rebuildCommand } from "./rebuildCommand.ts";
import { statusCommand } from "./statusCommand.ts";
import { verifyCommand } from "./verifyCommand.ts";

/** The tables that reads are answered from. */
export const projectionsCommand = Command.make("projections").pipe(
  Command.withDescription(
    "The tables that reads are answered from: lag, comparison with the log, rebuilding",
  ),
  Command.withSubcommands([statusCommand, verifyCommand, rebuildCommand]),
);
