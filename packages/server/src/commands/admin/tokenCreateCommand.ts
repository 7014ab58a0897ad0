import { TypedText } from "@clickclack/protocol/http/endpoint";
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
  name: Flag.String("name").pipe(
    Flag.withSchema(TypedText(80)),
    Flag.withDescription("What the token is for"),
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack admin token create`: the token is shown this once and kept nowhere. */
export const tokenCreateCommand = Command.make(
  "create",
  flags,
  runs(async ({ user, name, json, ...where }: Input) => {
    const created = await asOperator(where, async (operator) => {
      const { id: user_id } = await operator.account(user);
      const issued = await operator.deployment.accounts.issueToken(user_id, name, Operator.ACTOR);
      const { credentialId: id, token, createdAt: created_at } = issued;
      return { id, user_id, name, created_at, token };
    });
    if (json) print.json(created);
    else print.line(created.token);
  }),
).pipe(
  Command.withDescription("Issue a token that acts as a user until it is revoked. Prints it, this once"),
  Command.withShortDescription("Issue a token that acts as a user"),
  Command.withExamples([
    { command: "clickclack admin token create --user bob@example.com --name deploys" },
    {
      command:
        "CLICKCLACK_TOKEN=$(clickclack admin token create --user @bob --name shell) clickclack channels list --workspace our-team",
    },
  ]),
);
