import type { ProjectionTables } from "@clickclack/database/ProjectionTables";
import type { RecordedEvent } from "@clickclack/eventsourcing/Decider";
import { decodeCommit } from "@clickclack/eventsourcing/JetStreamEventStore";
import { LogReader } from "@clickclack/eventsourcing/LogReader";
import type { Nats } from "@clickclack/eventsourcing/nats/Nats";
import type { ProjectionSource } from "./projectionSources.ts";

/** Commits in one transaction, as the projectors do it. */
const BATCH = 1_000;
/** A replica that answers reads may lag behind the sequence that is wanted. */
const LAG_ATTEMPTS = 40;
const LAG_EVERY_MS = 25;

export interface FoldOptions {
  readonly nats: Nats;
  readonly source: ProjectionSource;
  readonly tables: ProjectionTables<RecordedEvent>;
}

/**
 * Folds a partition of the log into tables beside the live ones: up to and including the sequence `upTo`, or, without
 * it, to the log's end. Returns how many commits that were.
 */
export const foldLog = async (
  { nats, source, tables }: FoldOptions,
  partition: number,
  upTo = Infinity,
): Promise<number> => {
  const reader = new LogReader(nats, source.log);
  let at = await tables.checkpoint(partition);
  let count = 0;
  for (let empty = 0; at < upTo;) {
    const page = await reader.page(partition, at, BATCH);
    const wanted = page.filter(({ seq }) => seq <= upTo);
    if (wanted.length === 0) {
      // The log ends here: there is nothing more, or what was at the wanted sequence has been erased.
      if (upTo === Infinity || page.length > 0 || ++empty === LAG_ATTEMPTS) break;
      await new Promise((resume) => setTimeout(resume, LAG_EVERY_MS));
      continue;
    }
    empty = 0;
    const to = wanted.at(-1)!.seq;
    const commits = wanted.map(({ seq, data }) => ({ seq, commit: decodeCommit(data, source.upcast) }));
    if (!(await tables.apply(partition, at, to, commits)))
      throw new Error(`somebody else writes to ${tables.schema}`);
    count += wanted.length;
    at = to;
  }
  return count;
};
