import * as Option from "effect/Option";
import { Command } from "effect/cli";
import { withPostgres } from "../operator/connect.ts";
import { instanceFlags } from "./instanceFlags.ts";
import { instanceOf } from "./instanceOf.ts";
import { jsonFlag } from "./jsonFlag.ts";
import { print } from "./print.ts";
import { runs } from "./runs.ts";

const { data, db } = instanceFlags;
const flags = { data, db, json: jsonFlag };

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack migrate`: what every server does when it starts, by itself. */
export const migrateCommand = Command.make(
  "migrate",
  flags,
  runs(async ({ json, ...input }: Input) => {
    const instance = instanceOf({ ...input, nats: Option.none() });
    const { migrate } = await import("@clickclack/database/migrate");
    const applied = await withPostgres(instance, migrate);
    if (json) print.json({ applied });
    else if (applied.length === 0) print.line("the database is up to date");
    else for (const name of applied) print.line(`applied ${name}`);
  }),
).pipe(
  Command.withDescription("Bring the database's own tables up to date, as every server does when it starts"),
  Command.withExamples([
    { command: "clickclack migrate", description: "The database of the server that runs on .clickclack" },
    { command: "clickclack migrate --db postgres://user:password@host/clickclack" },
  ]),
);
