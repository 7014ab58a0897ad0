import { Command, Flag } from "effect/cli";
import { listInvites } from "../../operator/invites.ts";
import { asOperator } from "../asOperator.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { memberFlags } from "./memberFlags.ts";

const flags = {
  workspace: memberFlags.workspace,
  all: Flag.Boolean("all").pipe(
    Flag.withDescription("List those too that have ended"),
    Flag.withDefault(false),
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack admin invite list`: the open ones of a workspace, with their codes. */
export const inviteListCommand = Command.make(
  "list",
  flags,
  runs(async ({ workspace, all, json, ...where }: Input) => {
    const found = await asOperator(where, (operator) => listInvites(operator, workspace));
    const invites = found.filter(({ state }) => all || state === "open");
    if (json) return print.json({ invites });
    print.table(
      ["ID", "CODE", "ROLE", "CHANNEL", "USES", "STATE", "EXPIRES", "BY"],
      invites.map((one) => [
        one.id,
        one.code ?? "",
        one.role,
        one.channel_id ?? "",
        one.max_uses === undefined ? String(one.uses) : `${one.uses}/${one.max_uses}`,
        one.state,
        one.expires_at ?? "never",
        one.created_by,
      ]),
    );
  }),
).pipe(
  Command.withDescription("List a workspace's invites with their codes, newest first"),
  Command.withExamples([
    { command: "clickclack admin invite list --workspace our-team" },
    { command: "clickclack admin invite list --workspace our-team --all --json" },
  ]),
);
