import { Command, Flag } from "effect/cli";
import { Operator } from "../../operator/Operator.ts";
import { asOperator } from "../asOperator.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { memberFlags } from "./memberFlags.ts";

const flags = {
  user: memberFlags.user,
  token: Flag.String("token").pipe(
    Flag.withDescription("Id of the token or session, from `admin token list`"),
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack admin token revoke`: requests with it get 401 and its sockets are closed, on every node. */
export const tokenRevokeCommand = Command.make(
  "revoke",
  flags,
  runs(async ({ user, token, json, ...where }: Input) => {
    const userId = await asOperator(where, async (operator) => {
      const { id } = await operator.account(user);
      await operator.deployment.accounts.revoke(id, token, Operator.ACTOR);
      return id;
    });
    if (json) print.json({ id: token, user_id: userId, revoked: true });
    else print.line(`revoked ${token} of ${userId}`);
  }),
).pipe(
  Command.withDescription("Take a token or a session back, at once and everywhere"),
  Command.withExamples([
    { command: "clickclack admin token revoke --user bob@example.com --token btok_01k9…" },
  ]),
);
