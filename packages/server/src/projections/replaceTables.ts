import type { Db } from "@clickclack/database/Database";
import { ProjectionTables } from "@clickclack/database/ProjectionTables";
import type { Nats } from "@clickclack/eventsourcing/nats/Nats";
import { foldLog, type FoldOptions } from "./foldLog.ts";
import type { ProjectionSource } from "./projectionSources.ts";

/** Nobody folds into the live tables while these catch up, so what stands in the way of a swap is readers that take long. */
const SWAP_ATTEMPTS = 200;
/** Each attempt makes readers wait for a moment: the more were in vain, the longer they have peace. */
const SWAP_PAUSE_STEP_MS = 20;
const SWAP_PAUSE_MAX_MS = 1_000;
/** Partitions folded at once: one is read and decoded here while another is written there. */
const PARTITIONS_AT_ONCE = 2;

/** Tables that were built anew and are live. */
export interface Rebuild {
  readonly name: string;
  readonly generation: number;
  readonly commits: number;
}

export interface ReplaceOptions extends Pick<FoldOptions, "onProgress" | "signal"> {
  readonly attempts?: number;
}

/**
 * Folds the whole log into new tables beside the live ones and swaps them in, once they hold as much. Reads and writes
 * go on: the projectors go over to the new tables where these end. For whoever maintains the projection.
 */
export const replaceTables = async (
  nats: Nats,
  db: Db,
  source: ProjectionSource,
  options: ReplaceOptions = {},
): Promise<Rebuild> => {
  const { definition } = source;
  const tables = await ProjectionTables.beside(db, definition);
  try {
    const commits = await fillAndSwap({ nats, source, tables, ...options });
    return { name: definition.name, generation: tables.generation, commits };
  } catch (error) {
    await tables.drop().catch(() => undefined);
    throw error;
  }
};

const fillAndSwap = async (options: FoldOptions & ReplaceOptions): Promise<number> => {
  const { source, tables, attempts = SWAP_ATTEMPTS, signal } = options;
  const { partitions } = source.log;
  const all = Array.from({ length: partitions }, (_, partition) => [partition, Infinity] as const);
  let commits = 0;
  const fold = async (ends: Iterable<readonly [number, number]>, atOnce: number): Promise<void> => {
    const folded = await foldSome(options, [...ends], atOnce);
    commits += folded;
  };
  // Projectors wait for the swap, so it opens no connection: of those that are there, it has one and the folding another.
  const catchUp = (ends: Iterable<readonly [number, number]>) => fold(ends, 1);
  for (let attempt = 1; attempt <= attempts; attempt++) {
    await fold(all, PARTITIONS_AT_ONCE);
    if (await tables.swapIn(catchUp)) return commits;
    signal?.throwIfAborted();
    const pause = Math.min(attempt * SWAP_PAUSE_STEP_MS, SWAP_PAUSE_MAX_MS);
    await new Promise((resume) => setTimeout(resume, pause));
  }
  throw new Error(
    `readers kept the tables of ${source.definition.name} busy all the time; try again when there is less to do`,
  );
};

/** Folds partitions up to where each is wanted, a few at once. Returns how many commits that were. */
const foldSome = async (
  options: FoldOptions,
  ends: ReadonlyArray<readonly [number, number]>,
  atOnce: number,
): Promise<number> => {
  const left = [...ends];
  let commits = 0;
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) {
      const folded = await foldLog(options, ...next);
      commits += folded;
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  for (const one of workers) if (one.status === "rejected") throw one.reason;
  return commits;
};
