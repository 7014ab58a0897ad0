import type { WorkspaceCommand } from "@clickclack/workspace/Commands";
import { Command } from "effect/cli";
import { asOperator } from "../asOperator.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { memberFlags } from "./memberFlags.ts";

const flags = { ...memberFlags, ...instanceFlags, json: jsonFlag };

type Input = Command.Command.Config.Infer<typeof flags>;

export interface MemberChange {
  readonly name: string;
  readonly description: string;
  /** What is said when it is done, before the user's id. */
  readonly done: string;
  readonly command: (userId: string) => WorkspaceCommand;
}

/** A command that sends one change of a member to the workspace. */
export const changeMember = ({ name, description, done, command }: MemberChange) =>
  Command.make(
    name,
    flags,
    runs(async ({ workspace, user, json, ...where }: Input) => {
      const outcome = await asOperator(where, async (operator) => {
        const workspaceId = await operator.workspace(workspace);
        const { id } = await operator.account(user);
        const { events } = await operator.send(workspaceId, command(id));
        return { workspace_id: workspaceId, user_id: id, changed: events.length > 0 };
      });
      const { workspace_id, user_id, changed } = outcome;
      if (json) print.json(outcome);
      else print.line(`${changed ? "" : "already "}${done} ${user_id} in ${workspace_id}`);
    }),
  ).pipe(
    Command.withDescription(description),
    Command.withExamples([
      {
        command: `clickclack admin workspace member ${name} --workspace our-team --user bob@example.com`,
      },
    ]),
  );
