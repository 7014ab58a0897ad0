import type { Db } from "@clickclack/database/Database";
import type { ModeratedMember } from "@clickclack/protocol/http/shapes";
import { listModerated } from "@clickclack/workspace/projections/listMembers";
import { Command } from "effect/cli";
import { withReadModels } from "../../operator/withReadModels.ts";
import { asOperator } from "../asOperator.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { instanceOf } from "../instanceOf.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { memberFlags } from "./memberFlags.ts";

const flags = { workspace: memberFlags.workspace, ...instanceFlags, json: jsonFlag };

type Input = Command.Command.Config.Infer<typeof flags>;

/** Members that one statement reads. */
const PAGE = 500;

const allMembers = async (db: Db, workspaceId: string): Promise<ReadonlyArray<ModeratedMember>> => {
  const now = new Date().toISOString();
  const members: Array<ModeratedMember> = [];
  for (let after: string | null = ""; after !== null;) {
    const page: Awaited<ReturnType<typeof listModerated>> = await listModerated(
      db,
      workspaceId,
      { limit: PAGE, after },
      now,
    );
    members.push(...page.members);
    after = page.next_cursor;
  }
  return members;
};

const standing = ({ blocked, timeout_until }: ModeratedMember): string => {
  if (blocked) return "blocked";
  return timeout_until === undefined ? "" : `timed out until ${timeout_until}`;
};

/** `clickclack admin workspace member list`: also what moderators noted, with `--json`. */
export const memberListCommand = Command.make(
  "list",
  flags,
  runs(async ({ workspace, json, ...where }: Input) => {
    const { workspaceId, members } = await asOperator(where, async (operator) => {
      const id = await operator.workspace(workspace);
      const found = await withReadModels(instanceOf(where), operator, (db) => allMembers(db, id));
      return { workspaceId: id, members: found };
    });
    if (json) return print.json({ workspace_id: workspaceId, members });
    print.table(
      ["ID", "ROLE", "HANDLE", "NAME", "JOINED", "STANDING"],
      members.map((one) => [
        one.user.id,
        one.role,
        one.user.handle,
        one.user.display_name,
        one.joined_at,
        standing(one),
      ]),
    );
  }),
).pipe(
  Command.withDescription("List who belongs to a workspace, as what, and who is blocked or timed out"),
  Command.withShortDescription("List who belongs to a workspace"),
  Command.withExamples([
    { command: "clickclack admin workspace member list --workspace our-team" },
    { command: "clickclack admin workspace member list --workspace our-team --json" },
  ]),
);
