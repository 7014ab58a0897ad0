import { Command } from "effect/cli";
import { changeUser } from "./changeUser.ts";
import { userCreateCommand } from "./userCreateCommand.ts";
import { userDeleteCommand } from "./userDeleteCommand.ts";
import { userListCommand } from "./userListCommand.ts";
import { userResetTotpCommand } from "./userResetTotpCommand.ts";
import { userSetPasswordCommand } from "./userSetPasswordCommand.ts";
import { userShowCommand } from "./userShowCommand.ts";

export const userCommand = Command.make("user").pipe(
  Command.withDescription("Accounts of people"),
  Command.withSubcommands([
    userCreateCommand,
    userListCommand,
    userShowCommand,
    userSetPasswordCommand,
    userResetTotpCommand,
    changeUser({
      name: "deactivate",
      description:
        "Keep somebody out of the whole deployment, at once and everywhere: sessions and tokens are taken back, and bots that they answer for stop",
      short: "Keep somebody out of the whole deployment",
      done: "deactivated",
      change: ({ deployment }, id, actor) => deployment.accounts.deactivate(id, actor),
    }),
    changeUser({
      name: "reactivate",
      description:
        "Let somebody who was deactivated in again, by a new link; old sessions and tokens stay taken back, bots that they answer for go on",
      short: "Let somebody who was deactivated in again",
      done: "reactivated",
      change: ({ deployment }, id, actor) => deployment.profiles.reactivate(id, actor),
    }),
    userDeleteCommand,
    userSetPasswordCommand,
    userResetTotpCommand,
  ]),
);
