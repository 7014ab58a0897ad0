import { Command } from "effect/cli";
import { withMigratedPostgres } from "../../operator/connect.ts";
import { projectionSources } from "../../projections/projectionSources.ts";
import {
  type BesideStatus,
  type PartitionStatus,
  type ProjectionStatus,
  projectionStatus,
} from "../../projections/projectionStatus.ts";
import { asOperator } from "../asOperator.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { instanceOf } from "../instanceOf.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";

const flags = { ...instanceFlags, json: jsonFlag };

type Input = Command.Command.Config.Infer<typeof flags>;

interface Shown {
  readonly generation: number | undefined;
  readonly format: number | undefined;
  readonly tables: string;
  readonly partitions: ReadonlyArray<PartitionStatus>;
}

const rows = (name: string, { generation, format, tables, partitions }: Shown) =>
  partitions.map(({ partition, checkpoint, tail, lag }) =>
    [name, generation ?? "none", format ?? "none", tables, partition, checkpoint, tail, lag].map(String),
  );

const stateOf = ({ format, known_format: known }: ProjectionStatus): string => {
  if (format === undefined || format === known) return "live";
  return format < known ? "live, older" : "live, newer";
};

const workOn = ({ purpose, in_work: inWork }: BesideStatus): string => {
  if (!inWork) return "abandoned";
  return purpose === "rebuild" ? "being built" : "being compared";
};

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
      ["PROJECTION", "GENERATION", "FORMAT", "TABLES", "PARTITION", "CHECKPOINT", "TAIL", "LAG"],
      projections.flatMap((one) => [
        ...rows(one.name, { ...one, tables: stateOf(one) }),
        ...one.beside.flatMap((beside) => rows(one.name, { ...beside, tables: workOn(beside) })),
      ]),
    );
  }),
).pipe(
  Command.withDescription(
    "Show which tables of each projection are live, which are being built beside them, and how far they lag behind the log",
  ),
  Command.withShortDescription("Show how far projections lag behind the log"),
  Command.withExamples([
    { command: "clickclack projections status" },
    { command: "clickclack projections status --json" },
  ]),
);
