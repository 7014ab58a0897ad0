import { Command } from "effect/cli";
import { botCreateCommand } from "./botCreateCommand.ts";

export const botCommand = Command.make("bot").pipe(
  Command.withDescription("Bots: members that are programs"),
  Command.withSubcommands([botCreateCommand]),
);
