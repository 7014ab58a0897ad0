import { Command } from "effect/cli";
import { withMigratedPostgres } from "../../operator/connect.ts";
import { projectionSources } from "../../projections/projectionSources.ts";
import { projectionStatus } from "../../projections/projectionStatus.ts";
import { asOperator } from "../asOperator.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { instanceOf } from "../instanceOf.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";

const flags = { ...instanceFlags, json: jsonFlag };

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack projections status`: which tables are live and how far they are behind the log. */
export const statusCommand = Command.make(
  "status",
  flags,
  runs(async ({ json, ...where }: Input) => {
    const projections = await asOperator(where, ({ deployment: { nats, chat } }) =>
      withMigratedPostgres(instanceOf(where), (db) =>
        Promise.all(projectionSources(chat).map((source) => projectionStatus(nats, db, source))),
      ),
    );
    if (json) return print.json({ projections });
    print.table(
      ["PROJECTION", "GENERATION", "FORMAT", "PARTITION", "CHECKPOINT", "TAIL", "LAG"],
      projections.flatMap(({ name, generation, format, partitions }) =>
        partitions.map(({ partition, checkpoint, tail, lag }) =>
          [name, generation ?? "none", format ?? "none", partition, checkpoint, tail, lag].map(String),
        ),
      ),
    );
  }),
).pipe(
  Command.withDescription(
    "Show which tables of each projection are live, and how far they lag behind the log",
  ),
  Command.withShortDescription("Show how far projections lag behind the log"),
  Command.withExamples([
    { command: "clickclack projections status" },
    { command: "clickclack projections status --json" },
  ]),
);
