import { Argument, Command } from "effect/cli";
import { withMigratedPostgres } from "../../operator/connect.ts";
import { PROJECTIONS, projectionSources } from "../../projections/projectionSources.ts";
import { rebuildProjection } from "../../projections/rebuildProjection.ts";
import { asOperator } from "../asOperator.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { instanceOf } from "../instanceOf.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";

const flags = {
  name: Argument.Literals("name", PROJECTIONS).pipe(Argument.withDescription("The projection")),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack projections rebuild`: new tables from the whole log, swapped in while everything goes on. */
export const rebuildCommand = Command.make(
  "rebuild",
  flags,
  runs(async ({ name, json, ...where }: Input) => {
    const rebuilt = await asOperator(where, ({ deployment: { nats, chat } }) => {
      const source = projectionSources(chat).find(({ definition }) => definition.name === name)!;
      return withMigratedPostgres(instanceOf(where), (db) => rebuildProjection(nats, db, source));
    });
    if (json) print.json(rebuilt);
    else
      print.line(`${name}: generation ${rebuilt.generation} is live, folded from ${rebuilt.commits} commits`);
  }),
).pipe(
  Command.withDescription(
    "Build a projection's tables anew from the whole log, beside the live ones, and swap them in; reads and writes go on",
  ),
  Command.withShortDescription("Build a projection's tables anew"),
  Command.withExamples([{ command: "clickclack projections rebuild chat" }]),
);
