import { type Db, withDatabase } from "@clickclack/database/Database";
import type { Watermarks } from "@clickclack/database/Watermarks";
import type { LogReader } from "@clickclack/eventsourcing/LogReader";
import type { FileStore } from "@clickclack/storage/FileStore";
import { projectedWhole } from "../projections/projectedWhole.ts";
import { existingUploads } from "@clickclack/workspace/projections/Uploads";

/** A file may be stored this long before its event is in the log: nobody sends one file for a day. */
const GRACE_MS = 24 * 3600 * 1000;
/** Files that one statement asks about. */
const BATCH = 500;

export interface SweepPorts {
  readonly files: FileStore;
  readonly db: Db;
  readonly watermarks: Watermarks;
  readonly reader: LogReader;
  readonly now: () => number;
}

/**
 * Removes files that no upload names: those whose sender was cut off between storing and recording, and those whose
 * removal failed. Returns how many. Throws ProjectionBehind rather than trust a read model that lags behind.
 */
export const sweepUploads = async ({ files, db, watermarks, reader, now }: SweepPorts): Promise<number> => {
  await projectedWhole(reader, watermarks);
  let removed = 0;
  let batch: Array<string> = [];
  const sweep = async () => {
    const ids = new Map(batch.map((key) => [key.split("/").at(-1)!, key]));
    const existing = await withDatabase(() => existingUploads(db, [...ids.keys()]));
    for (const [id, key] of ids) {
      if (existing.has(id)) continue;
      await files.remove(key);
      removed++;
    }
    batch = [];
  };
  for await (const { key, storedAt } of files.list()) {
    if (now() - storedAt.getTime() < GRACE_MS) continue;
    if (batch.push(key) === BATCH) await sweep();
  }
  if (batch.length > 0) await sweep();
  return removed;
};

const SWEEP_MS = 6 * 3600 * 1000;

/** Sweeps again and again, at times of its own on each process. Returns how to stop. */
export const keepSwept = (ports: SweepPorts, log: SweepLog): (() => void) => {
  let timer: NodeJS.Timeout;
  const next = () => {
    timer = setTimeout(() => void sweep().finally(next), SWEEP_MS * (0.5 + Math.random()));
    timer.unref();
  };
  const sweep = () =>
    sweepUploads(ports).then(
      (removed) => removed > 0 && log.info({ removed }, "removed files that no upload names"),
      (error: unknown) => log.warn({ err: error }, "sweeping files failed; trying again later"),
    );
  next();
  return () => clearTimeout(timer);
};

interface SweepLog {
  readonly info: (details: object, message: string) => void;
  readonly warn: (details: object, message: string) => void;
}
