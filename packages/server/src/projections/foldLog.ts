import type { ProjectionTables } from "@clickclack/database/ProjectionTables";
import type { RecordedEvent } from "@clickclack/eventsourcing/Decider";
import { decodeCommit } from "@clickclack/eventsourcing/JetStreamEventStore";
import { LogReader } from "@clickclack/eventsourcing/LogReader";
import type { DirectMessage } from "@clickclack/eventsourcing/nats/directGet";
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
  /** Told of the sequence up to which a partition is folded, after each transaction. */
  readonly onProgress?: (partition: number, seq: number) => void;
  /** Ends the folding between two transactions, by throwing its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Folds a partition of the log into tables beside the live ones: up to and including the sequence `upTo`, or, without
 * it, to the log's end. Returns how many commits that were.
 */
export const foldLog = async (options: FoldOptions, partition: number, upTo = Infinity): Promise<number> => {
  const { nats, source, tables, signal } = options;
  const reader = new LogReader(nats, source.log);
  let at = await tables.checkpoint(partition);
  if (at >= upTo) return 0;
  let count = 0;
  let next = read(reader, partition, at);
  for (let empty = 0; at < upTo;) {
    signal?.throwIfAborted();
    const page = await next;
    const wanted = page.filter(({ seq }) => seq <= upTo);
    if (wanted.length === 0 && page.length > 0) {
      // What was at the wanted sequence has been erased, or replaced by something later.
      await apply(options, partition, at, upTo, []);
      break;
    }
    if (wanted.length === 0) {
      if (upTo === Infinity || ++empty === LAG_ATTEMPTS) break;
      await new Promise((resume) => setTimeout(resume, LAG_EVERY_MS));
      next = read(reader, partition, at);
      continue;
    }
    empty = 0;
    const to = wanted.at(-1)!.seq;
    // The next page is on its way while this one is written.
    next = read(reader, partition, to);
    await apply(options, partition, at, to, wanted);
    count += wanted.length;
    at = to;
  }
  return count;
};

const apply = async (
  { source, tables, onProgress }: FoldOptions,
  partition: number,
  from: number,
  to: number,
  page: ReadonlyArray<DirectMessage>,
): Promise<void> => {
  const commits = page.map(({ seq, data }) => ({ seq, commit: decodeCommit(data, source.upcast) }));
  if (!(await tables.apply(partition, from, to, commits)))
    throw new Error(`somebody else writes to ${tables.schema}`);
  onProgress?.(partition, to);
};

const read = (reader: LogReader, partition: number, after: number): Promise<ReadonlyArray<DirectMessage>> => {
  const page = reader.page(partition, after, BATCH);
  // Whoever gave up meanwhile does not wait for it, and its failure must not be one that nobody handles.
  page.catch(() => undefined);
  return page;
};
