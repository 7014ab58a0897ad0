import { Command } from "effect/cli";
import { tokenCreateCommand } from "./tokenCreateCommand.ts";
import { tokenListCommand } from "./tokenListCommand.ts";
import { tokenRevokeCommand } from "./tokenRevokeCommand.ts";

export const tokenCommand = Command.make("token").pipe(
  Command.withDescription("Tokens that act as a user"),
  Command.withSubcommands([tokenCreateCommand, tokenListCommand, tokenRevokeCommand]),
);
