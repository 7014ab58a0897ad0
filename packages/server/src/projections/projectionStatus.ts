import { type Db, withDatabase } from "@clickclack/database/Database";
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

export interface ProjectionStatus {
  readonly name: string;
  /** Which of its tables are live; undefined when none were made yet. */
  readonly generation: number | undefined;
  /** Format of the live tables, and the one that this program writes. */
  readonly format: number | undefined;
  readonly known_format: number;
  readonly partitions: ReadonlyArray<PartitionStatus>;
}

interface LiveRow {
  readonly generation: number;
  readonly format: number;
}

/** Where a projection stands behind its log. */
export const projectionStatus = async (
  nats: Nats,
  db: Db,
  { definition, log }: ProjectionSource,
): Promise<ProjectionStatus> => {
  const { name, format } = definition;
  // Checkpoints first: the tail read after them is never behind.
  const { live, checkpoints } = await withDatabase(() => readLive(db, name));
  const tails = await new LogReader(nats, log).tails();
  return {
    name,
    generation: live?.generation,
    format: live?.format,
    known_format: format,
    partitions: tails.map((tail, partition) => {
      const checkpoint = checkpoints.get(partition) ?? 0;
      return { partition, checkpoint, tail, lag: Math.max(0, tail - checkpoint) };
    }),
  };
};

const readLive = async (db: Db, name: string) => {
  const live: LiveRow | undefined = await db
    .selectFrom("clickclack.projections")
    .select(["generation", "format"])
    .where("name", "=", name)
    .executeTakeFirst();
  const rows = await db
    .selectFrom("clickclack.checkpoints")
    .select(["partition", "seq"])
    .where("projection", "=", name)
    .where("generation", "=", live?.generation ?? -1)
    .execute();
  const checkpoints = new Map(rows.map((row) => [row["partition"] as number, Number(row["seq"])]));
  return { live, checkpoints };
};
