import { Command } from "effect/cli";
import { magicLinkCreateCommand } from "./magicLinkCreateCommand.ts";

export const magicLinkCommand = Command.make("magic-link").pipe(
  Command.withDescription("One-time links to sign in by"),
  Command.withSubcommands([magicLinkCreateCommand]),
);
