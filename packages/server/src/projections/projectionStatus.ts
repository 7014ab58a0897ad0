import { type Db, withDatabase } from "@clickclack/database/Database";
import { isMaintained } from "@clickclack/database/maintainProjection";
import { LogReader } from "@clickclack/eventsourcing/LogReader";
import type { Nats } from "@clickclack/eventsourcing/nats/Nats";
import type { ProjectionSource } from "./projectionSources.ts";

export interface PartitionStatus {
  readonly partition: number;
  /** Stream sequence up to which everything is folded. */
  readonly checkpoint: number;
  /** The stream's newest sequence. */
  readonly tail: number;
  readonly lag: number;
}

/** Tables that stand beside the live ones. */
export interface BesideStatus {
  readonly generation: number;
  readonly format: number;
  /** `rebuild`: to be swapped in once it is filled; `verification`: to be compared and dropped. */
  readonly purpose: string;
  /** Whether a process works on them right now; what a killed one left is dropped by the next that maintains the projection. */
  readonly in_work: boolean;
  readonly partitions: ReadonlyArray<PartitionStatus>;
}

export interface ProjectionStatus {
  readonly name: string;
  /** Which of its tables are live; undefined when none were made yet. */
  readonly generation: number | undefined;
  /** Format of the live tables, and the one that this program writes. */
  readonly format: number | undefined;
  readonly known_format: number;
  readonly partitions: ReadonlyArray<PartitionStatus>;
  readonly beside: ReadonlyArray<BesideStatus>;
}

interface LiveRow {
  readonly generation: number;
  readonly format: number;
}

interface BesideRow extends LiveRow {
  readonly purpose: string;
}

/** By generation and partition, how far it is folded. */
type Checkpoints = ReadonlyMap<number, ReadonlyMap<number, number>>;

/** Where a projection stands behind its log. */
export const projectionStatus = async (
  nats: Nats,
  db: Db,
  { definition, log }: ProjectionSource,
): Promise<ProjectionStatus> => {
  const { name, format } = definition;
  // Checkpoints first: the tail read after them is never behind.
  const { live, beside, inWork, checkpoints } = await withDatabase(() => readTables(db, name));
  const tails = await new LogReader(nats, log).tails();
  const partitionsOf = (generation: number | undefined) =>
    tails.map((tail, partition) => {
      const checkpoint = checkpoints.get(generation ?? -1)?.get(partition) ?? 0;
      return { partition, checkpoint, tail, lag: Math.max(0, tail - checkpoint) };
    });
  return {
    name,
    generation: live?.generation,
    format: live?.format,
    known_format: format,
    partitions: partitionsOf(live?.generation),
    beside: beside.map((one) => ({ ...one, in_work: inWork, partitions: partitionsOf(one.generation) })),
  };
};

const readTables = async (db: Db, name: string) => {
  const inWork = await isMaintained(db, name);
  const live: LiveRow | undefined = await db
    .selectFrom("clickclack.projections")
    .select(["generation", "format"])
    .where("name", "=", name)
    .executeTakeFirst();
  const beside = (await db
    .selectFrom("clickclack.generations")
    .select(["generation", "format", "purpose"])
    .where("projection", "=", name)
    .where("dropped_at", "is", null)
    .where("generation", "!=", live?.generation ?? -1)
    .orderBy("generation")
    .execute()) as ReadonlyArray<BesideRow>;
  return { live, beside, inWork, checkpoints: await readCheckpoints(db, name) };
};

const readCheckpoints = async (db: Db, name: string): Promise<Checkpoints> => {
  const rows = await db
    .selectFrom("clickclack.checkpoints")
    .select(["generation", "partition", "seq"])
    .where("projection", "=", name)
    .execute();
  const found = new Map<number, Map<number, number>>();
  for (const row of rows) {
    const generation = row["generation"] as number;
    const of = found.get(generation) ?? new Map<number, number>();
    found.set(generation, of.set(row["partition"] as number, Number(row["seq"])));
  }
  return found;
};
