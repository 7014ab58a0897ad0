import { Command } from "effect/cli";
import { withMigratedPostgres } from "../../operator/connect.ts";
import { projectionSources } from "../../projections/projectionSources.ts";
import { type Verification, verifyProjection } from "../../projections/verifyProjection.ts";
import { asOperator } from "../asOperator.ts";
import { CheckFailed } from "../exitCode.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { instanceOf } from "../instanceOf.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";

const flags = { ...instanceFlags, json: jsonFlag };

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack projections verify`: whether every table is what the log says. */
export const verifyCommand = Command.make(
  "verify",
  flags,
  runs(async ({ json, ...where }: Input) => {
    const projections = await asOperator(where, ({ deployment: { nats, chat } }) =>
      withMigratedPostgres(instanceOf(where), async (db) => {
        const verified: Array<Verification> = [];
        for (const source of projectionSources(chat)) verified.push(await verifyProjection(nats, db, source));
        return verified;
      }),
    );
    const differing = projections.flatMap(({ name, tables }) =>
      tables.filter(({ matches }) => !matches).map(({ table }) => `${name}.${table}`),
    );
    if (json) print.json({ ok: differing.length === 0, projections });
    else
      print.table(
        ["TABLE", "COMMITS", "RESULT"],
        projections.flatMap(({ name, commits, tables }) =>
          tables.map(({ table, matches }) => [
            `${name}.${table}`,
            String(commits),
            matches ? "as the log says" : "DIFFERS",
          ]),
        ),
      );
    if (differing.length > 0)
      throw new CheckFailed(
        `not what the log says: ${differing.join(", ")}; mend it with  clickclack projections rebuild NAME`,
      );
  }),
).pipe(
  Command.withDescription(
    "Fold the log anew beside the live tables, up to where those are, and compare; reads and writes go on",
  ),
  Command.withShortDescription("Compare every projection with the log"),
  Command.withExamples([
    { command: "clickclack projections verify" },
    { command: "clickclack projections verify --json" },
  ]),
);
