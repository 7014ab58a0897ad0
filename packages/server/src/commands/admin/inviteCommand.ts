import { Command } from "effect/cli";
import { inviteCreateCommand } from "./inviteCreateCommand.ts";
import { inviteListCommand } from "./inviteListCommand.ts";
import { inviteRevokeCommand } from "./inviteRevokeCommand.ts";

export const inviteCommand = Command.make("invite").pipe(
  Command.withDescription("Invites, by which people join a workspace themselves"),
  Command.withSubcommands([inviteCreateCommand, inviteListCommand, inviteRevokeCommand]),
);
