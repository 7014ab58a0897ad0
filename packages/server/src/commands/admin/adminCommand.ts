import { Command } from "effect/cli";
import { auditCommand } from "./auditCommand.ts";
import { botCommand } from "./botCommand.ts";
import { bootstrapCommand } from "./bootstrapCommand.ts";
import { inviteCommand } from "./inviteCommand.ts";
import { magicLinkCommand } from "./magicLinkCommand.ts";
import { tokenCommand } from "./tokenCommand.ts";
import { userCommand } from "./userCommand.ts";
import { workspaceCommand } from "./workspaceCommand.ts";

/** What the operator of a deployment does; its rights come with the access to NATS. */
export const adminCommand = Command.make("admin").pipe(
  Command.withDescription(
    "Owners, users, invites, bots, tokens and members, for whoever operates the deployment",
  ),
  Command.withSubcommands([
    bootstrapCommand,
    userCommand,
    inviteCommand,
    botCommand,
    tokenCommand,
    magicLinkCommand,
    workspaceCommand,
    auditCommand,
  ]),
);
