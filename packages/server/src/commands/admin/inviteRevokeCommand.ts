import { Command, Flag } from "effect/cli";
import { revokeInvite } from "../../operator/invites.ts";
import { asOperator } from "../asOperator.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";

const flags = {
  invite: Flag.String("invite").pipe(
    Flag.withDescription("Id of the invite, from `admin invite list`, or its code"),
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack admin invite revoke`: nobody joins by it from then on; who did stays. */
export const inviteRevokeCommand = Command.make(
  "revoke",
  flags,
  runs(async ({ invite, json, ...where }: Input) => {
    const id = await asOperator(where, (operator) => revokeInvite(operator, invite));
    if (json) print.json({ id, revoked: true });
    else print.line(`revoked ${id}`);
  }),
).pipe(
  Command.withDescription("Take an invite back, at once and everywhere; who joined by it stays"),
  Command.withExamples([{ command: "clickclack admin invite revoke --invite inv_01k9…" }]),
);
