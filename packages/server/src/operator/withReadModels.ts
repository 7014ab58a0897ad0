import type { Db } from "@clickclack/database/Database";
import { Watermarks } from "@clickclack/database/Watermarks";
import { LogReader } from "@clickclack/eventsourcing/LogReader";
import { projectionSources, FORMATS } from "../projections/projectionSources.ts";
import { withMigratedPostgres } from "./connect.ts";
import type { Instance } from "./Instance.ts";
import type { Operator } from "./Operator.ts";

/** What the read models of workspaces and accounts need to hold before somebody is shown lists of them. */
const READ = new Set(["chat", "identity"]);

/** Runs reads of the read models once they hold everything that was stored before. Throws ProjectionBehind, or as the connection does. */
export const withReadModels = <A>(
  instance: Instance,
  { deployment: { nats, chat } }: Operator,
  run: (db: Db) => Promise<A>,
): Promise<A> =>
  withMigratedPostgres(instance, async (db) => {
    const watermarks = new Watermarks(db, FORMATS);
    const sources = projectionSources(chat).filter(({ definition }) => READ.has(definition.name));
    for (const { definition, log } of sources) {
      const tails = await new LogReader(nats, log).tails();
      await Promise.all(tails.map((seq, partition) => watermarks.reach(definition.name, partition, seq)));
    }
    return run(db);
  });
