import { Watermarks } from "@clickclack/database/Watermarks";
import { deleteAccount } from "@clickclack/gateway/deleteAccount";
import { Command, Flag } from "effect/cli";
import { withMigratedPostgres } from "../../operator/connect.ts";
import { Operator } from "../../operator/Operator.ts";
import { projectedWhole } from "../../projections/projectedWhole.ts";
import { FORMATS } from "../../projections/projectionSources.ts";
import { asOperator } from "../asOperator.ts";
import { UsageError } from "../exitCode.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { instanceOf } from "../instanceOf.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { memberFlags } from "./memberFlags.ts";

const flags = {
  user: memberFlags.user,
  yes: Flag.Boolean("yes").pipe(
    Flag.withDescription("Delete it: it cannot be undone"),
    Flag.withDefault(false),
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack admin user delete`: what the account wrote stays, under the name of a deleted user. */
export const userDeleteCommand = Command.make(
  "delete",
  flags,
  runs(async ({ user, yes, json, ...where }: Input) => {
    if (!yes) throw new UsageError(`deleting ${user} cannot be undone; give --yes to do it`);
    const userId = await asOperator(where, (operator) =>
      withMigratedPostgres(instanceOf(where), async (db) => {
        const { chatBus, chatReader, profiles } = operator.deployment;
        const { id } = await operator.account(user);
        const watermarks = new Watermarks(db, FORMATS);
        const allProjected = () => projectedWhole(chatReader, watermarks);
        await deleteAccount({ profiles, commands: chatBus, db, allProjected }, id, Operator.ACTOR);
        return id;
      }),
    );
    if (json) print.json({ user_id: userId, deleted: true });
    else print.line(`deleted ${userId}`);
  }),
).pipe(
  Command.withDescription(
    "Delete an account for good: profile, sessions, tokens and memberships go, its names are free again; messages and files stay, by a deleted user",
  ),
  Command.withShortDescription("Delete an account for good"),
  Command.withExamples([{ command: "clickclack admin user delete --user bob@example.com --yes" }]),
);
