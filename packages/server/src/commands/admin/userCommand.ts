import { Command } from "effect/cli";
import { userCreateCommand } from "./userCreateCommand.ts";

export const userCommand = Command.make("user").pipe(
  Command.withDescription("Accounts of people"),
  Command.withSubcommands([userCreateCommand]),
);
