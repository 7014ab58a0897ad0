import { Command, Flag } from "effect/cli";
import { deleteWorkspace } from "../../operator/deleteWorkspace.ts";
import { asOperator } from "../asOperator.ts";
import { UsageError } from "../exitCode.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { memberFlags } from "./memberFlags.ts";

const flags = {
  workspace: memberFlags.workspace,
  yes: Flag.Boolean("yes").pipe(
    Flag.withDescription("Say that it is meant: nothing brings the workspace back"),
    Flag.withDefault(false),
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack admin workspace delete`: for good, so it has to be said twice. */
export const workspaceDeleteCommand = Command.make(
  "delete",
  flags,
  runs(async ({ workspace, yes, json, ...where }: Input) => {
    if (!yes) throw new UsageError(`deleting ${workspace} is for good; say --yes if that is meant`);
    const { id, slug } = await asOperator(where, (operator) => deleteWorkspace(operator, workspace));
    if (json) print.json({ workspace_id: id, slug, deleted: true });
    else print.line(`deleted ${id}; ${slug} is free again`);
  }),
).pipe(
  Command.withDescription(
    "Delete a workspace for good, at once and for everybody: its channels, messages and files. Its events stay in the log, and nothing brings it back",
  ),
  Command.withShortDescription("Delete a workspace for good"),
  Command.withExamples([{ command: "clickclack admin workspace delete --workspace our-team --yes" }]),
);
