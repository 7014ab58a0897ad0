import { listAllWorkspaces } from "@clickclack/workspace/projections/Workspaces";
import { Command } from "effect/cli";
import { withReadModels } from "../../operator/withReadModels.ts";
import { asOperator } from "../asOperator.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { instanceOf } from "../instanceOf.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";

const flags = { ...instanceFlags, json: jsonFlag };

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack admin workspace list`: every workspace of the deployment. */
export const workspaceListCommand = Command.make(
  "list",
  flags,
  runs(async ({ json, ...where }: Input) => {
    const workspaces = await asOperator(where, (operator) =>
      withReadModels(instanceOf(where), operator, listAllWorkspaces),
    );
    if (json) return print.json({ workspaces });
    print.table(
      ["ID", "SLUG", "NAME", "OWNER", "MEMBERS", "CREATED"],
      workspaces.map((one) => [
        one.id,
        one.slug,
        one.name,
        one.owner_id ?? "",
        String(one.member_count),
        one.created_at,
      ]),
    );
  }),
).pipe(
  Command.withDescription("List the workspaces of the deployment, with their owners"),
  Command.withExamples([
    { command: "clickclack admin workspace list" },
    { command: "clickclack admin workspace list --json" },
  ]),
);
