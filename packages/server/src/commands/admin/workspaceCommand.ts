import { Command } from "effect/cli";
import { memberCommand } from "./memberCommand.ts";
import { workspaceCreateCommand } from "./workspaceCreateCommand.ts";
import { workspaceDeleteCommand } from "./workspaceDeleteCommand.ts";
import { workspaceListCommand } from "./workspaceListCommand.ts";
import { workspaceTransferCommand } from "./workspaceTransferCommand.ts";

export const workspaceCommand = Command.make("workspace").pipe(
  Command.withDescription("Workspaces as their operator sees them"),
  Command.withSubcommands([
    workspaceListCommand,
    workspaceCreateCommand,
    workspaceTransferCommand,
    workspaceDeleteCommand,
    memberCommand,
  ]),
);
