import { Command } from "effect/cli";
import { memberCommand } from "./memberCommand.ts";

export const workspaceCommand = Command.make("workspace").pipe(
  Command.withDescription("Workspaces as their operator sees them"),
  Command.withSubcommands([memberCommand]),
);
