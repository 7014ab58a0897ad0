import type { AccountState } from "@clickclack/identity/account/Account";
import type { WorkspaceCommand } from "@clickclack/workspace/Commands";
import { asOperator } from "../asOperator.ts";
import type { InstanceFlags } from "../instanceFlags.ts";
import { print } from "../print.ts";

export interface MemberInput extends InstanceFlags {
  readonly workspace: string;
  readonly user: string;
  readonly json: boolean;
}

/** Sends one command about a user to a workspace and says what came of it: `done` is said before the user's id. */
export const sendToMember = async (
  { workspace, user, json, ...where }: MemberInput,
  command: (account: AccountState) => WorkspaceCommand,
  done: string,
): Promise<void> => {
  const outcome = await asOperator(where, async (operator) => {
    const workspaceId = await operator.workspace(workspace);
    const account = await operator.account(user);
    const { events } = await operator.send(workspaceId, command(account));
    return { workspace_id: workspaceId, user_id: account.id, changed: events.length > 0 };
  });
  const { workspace_id, user_id, changed } = outcome;
  if (json) print.json(outcome);
  else print.line(`${changed ? "" : "already "}${done} ${user_id} in ${workspace_id}`);
};
