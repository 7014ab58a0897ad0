import { MAX_PASSWORD_LENGTH } from "@clickclack/protocol/http/credentialFields";
import { Command } from "effect/cli";
import { Operator } from "../../operator/Operator.ts";
import { asOperator } from "../asOperator.ts";
import { UsageError } from "../exitCode.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { readNewSecret } from "../readSecret.ts";
import { runs } from "../runs.ts";
import { memberFlags } from "./memberFlags.ts";

const flags = { user: memberFlags.user, ...instanceFlags, json: jsonFlag };

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack admin user set-password`: all sessions and one-time links of the account end with it. */
export const userSetPasswordCommand = Command.make(
  "set-password",
  flags,
  runs(async ({ user, json, ...where }: Input) => {
    const password = await readNewSecret("New password");
    if (password.length > MAX_PASSWORD_LENGTH)
      throw new UsageError(`a password has at most ${MAX_PASSWORD_LENGTH} characters`);
    const userId = await asOperator(where, async (operator) => {
      const { id } = await operator.account(user);
      await operator.deployment.passwords.set(id, password, Operator.ACTOR);
      return id;
    });
    if (json) print.json({ user_id: userId, password_set: true });
    else print.line(`password of ${userId} set; its sessions and links have ended`);
  }),
).pipe(
  Command.withDescription(
    "Set a person's password, typed or piped in. All its sessions and one-time links end; access tokens stay",
  ),
  Command.withShortDescription("Set a person's password"),
  Command.withExamples([
    { command: "clickclack admin user set-password --user bob@example.com" },
    { command: "pass show chat/bob | clickclack admin user set-password --user @bob --json" },
  ]),
);
