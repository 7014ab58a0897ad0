import type { Db } from "@clickclack/database/Database";
import { maintainProjection } from "@clickclack/database/maintainProjection";
import { ProjectionTables } from "@clickclack/database/ProjectionTables";
import type { Nats } from "@clickclack/eventsourcing/nats/Nats";
import { foldLog } from "./foldLog.ts";
import type { ProjectionSource } from "./projectionSources.ts";

/** How a projection's live tables compare with the same part of the log, folded anew. */
export interface Verification {
  readonly name: string;
  readonly commits: number;
  /** Every table, and whether it is as the log says. */
  readonly tables: ReadonlyArray<{ readonly table: string; readonly matches: boolean }>;
}

/**
 * Takes what the live tables hold at one moment, folds the log up to exactly there into tables of its own, and compares.
 * The projectors go on meanwhile, and nothing of it is left behind. Throws ProjectionBusy.
 */
export const verifyProjection = (nats: Nats, db: Db, source: ProjectionSource): Promise<Verification> => {
  const { definition } = source;
  return maintainProjection(db, definition.name, async () => {
    const live = await ProjectionTables.liveState(db, definition);
    const tables = await ProjectionTables.beside(db, definition, "verification");
    try {
      let commits = 0;
      for (const [partition, seq] of live.checkpoints) {
        commits += await foldLog({ nats, source, tables }, partition, seq);
      }
      const computed = await tables.checksums();
      return {
        name: definition.name,
        commits,
        tables: Object.entries(live.checksums).map(([table, sum]) => ({
          table,
          matches: sum === computed[table],
        })),
      };
    } finally {
      await tables.drop();
    }
  });
};
