import type { AccountState } from "@clickclack/identity/account/Account";
import { userView } from "@clickclack/identity/account/userView";
import { listMemberships } from "@clickclack/workspace/projections/memberships";
import { Command } from "effect/cli";
import { withMigratedPostgres } from "../../operator/connect.ts";
import { asOperator } from "../asOperator.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { instanceOf } from "../instanceOf.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { memberFlags } from "./memberFlags.ts";

const flags = { user: memberFlags.user, ...instanceFlags, json: jsonFlag };

type Input = Command.Command.Config.Infer<typeof flags>;

const statusOf = ({ active, deleted }: AccountState): string =>
  deleted ? "deleted" : active ? "active" : "deactivated";

const count = ({ credentials }: AccountState, kind: string): number =>
  [...credentials.values()].filter((one) => one.kind === kind).length;

/** `clickclack admin user show`: what the deployment knows of somebody, but for what opens the account. */
export const userShowCommand = Command.make(
  "show",
  flags,
  runs(async ({ user, json, ...where }: Input) => {
    const account = await asOperator(where, (operator) => operator.account(user));
    const memberships = await withMigratedPostgres(instanceOf(where), (db) =>
      listMemberships(db, account.id),
    );
    const shown = {
      ...userView(account),
      status: statusOf(account),
      ...(account.email !== undefined && { email: account.email }),
      sessions: count(account, "session"),
      tokens: count(account, "token"),
      workspaces: memberships.map(({ workspaceId: id, slug, name, role, blocked }) => ({
        id,
        slug,
        name,
        role,
        blocked,
      })),
    };
    if (json) return print.json(shown);
    const { workspaces, ...facts } = shown;
    print.table(
      ["FIELD", "VALUE"],
      Object.entries(facts).map(([name, value]) => [name, String(value)]),
    );
    for (const { id, slug, role, blocked } of workspaces)
      print.line(`${blocked ? "blocked in" : role} ${slug} (${id})`);
  }),
).pipe(
  Command.withDescription("Show an account: profile, status, email, and the workspaces that it belongs to"),
  Command.withShortDescription("Show an account"),
  Command.withExamples([{ command: "clickclack admin user show --user bob@example.com --json" }]),
);
