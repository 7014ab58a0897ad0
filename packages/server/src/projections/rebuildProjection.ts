import type { Db } from "@clickclack/database/Database";
import { maintainProjection } from "@clickclack/database/maintainProjection";
import { ProjectionTables } from "@clickclack/database/ProjectionTables";
import type { RecordedEvent } from "@clickclack/eventsourcing/Decider";
import type { Nats } from "@clickclack/eventsourcing/nats/Nats";
import { foldLog } from "./foldLog.ts";
import type { ProjectionSource } from "./projectionSources.ts";

/** Each attempt reads what is new and tries once; under load the projectors are ahead now and then, not always. */
const SWAP_ATTEMPTS = 200;

export interface Rebuild {
  readonly name: string;
  readonly generation: number;
  readonly commits: number;
}

/**
 * Folds the whole log into new tables beside the live ones and swaps them in, once they hold as much. Reads and writes
 * go on: the projectors go over to the new tables where these end. Throws ProjectionBusy.
 */
export const rebuildProjection = (nats: Nats, db: Db, source: ProjectionSource): Promise<Rebuild> => {
  const { definition } = source;
  return maintainProjection(db, definition.name, async () => {
    const tables = await ProjectionTables.beside(db, definition);
    try {
      const commits = await fillAndSwap(nats, source, tables);
      return { name: definition.name, generation: tables.generation, commits };
    } catch (error) {
      await tables.drop().catch(() => undefined);
      throw error;
    }
  });
};

const fillAndSwap = async (
  nats: Nats,
  source: ProjectionSource,
  tables: ProjectionTables<RecordedEvent>,
): Promise<number> => {
  const { partitions } = source.log;
  let commits = 0;
  for (let attempt = 0; attempt < SWAP_ATTEMPTS; attempt++) {
    for (let partition = 0; partition < partitions; partition++) {
      commits += await foldLog({ nats, source, tables }, partition);
    }
    if (await tables.swapIn()) return commits;
  }
  throw new Error(
    `the new tables of ${source.definition.name} did not catch up with the live ones; try again when there is less to do`,
  );
};
