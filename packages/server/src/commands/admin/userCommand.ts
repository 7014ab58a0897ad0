import { Command } from "effect/cli";
import { userCreateCommand } from "./userCreateCommand.ts";
import { userResetTotpCommand } from "./userResetTotpCommand.ts";
import { userSetPasswordCommand } from "./userSetPasswordCommand.ts";

export const userCommand = Command.make("user").pipe(
  Command.withDescription("Accounts of people"),
  Command.withSubcommands([userCreateCommand, userSetPasswordCommand, userResetTotpCommand]),
);
