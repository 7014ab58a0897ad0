import { Command } from "effect/cli";
import { Operator } from "../../operator/Operator.ts";
import { asOperator } from "../asOperator.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { memberFlags } from "./memberFlags.ts";

const flags = { user: memberFlags.user, ...instanceFlags, json: jsonFlag };

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack admin user reset-totp`: for who has lost the authenticator and the recovery codes. */
export const userResetTotpCommand = Command.make(
  "reset-totp",
  flags,
  runs(async ({ user, json, ...where }: Input) => {
    const userId = await asOperator(where, async (operator) => {
      const { id } = await operator.account(user);
      await operator.deployment.secondFactors.reset(id, Operator.ACTOR);
      return id;
    });
    if (json) print.json({ user_id: userId, totp_removed: true });
    else print.line(`second factor of ${userId} removed`);
  }),
).pipe(
  Command.withDescription("Take the second factor of an account away, so that its password alone opens it"),
  Command.withShortDescription("Take an account's second factor away"),
  Command.withExamples([{ command: "clickclack admin user reset-totp --user bob@example.com" }]),
);
