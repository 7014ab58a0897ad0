import type { Db } from "@clickclack/database/Database";
import { ProjectionBehind, Watermarks } from "@clickclack/database/Watermarks";
import { FORMATS } from "../../projections/projectionSources.ts";
import type { Progress } from "../Progress.ts";

/** Longer than a projector takes for millions of events; whatever it is then needs somebody to look. */
const DEADLINE_MS = 10 * 60_000;

/** How far a projection has to be. */
export interface Awaited {
  readonly projection: string;
  readonly partition: number;
  readonly seq: number;
}

/** Waits until the read models hold what was written; false when they do not get there. Throws DatabaseUnavailable. */
export const waitUntilVisible = async (
  db: Db,
  awaited: ReadonlyArray<Awaited>,
  progress: Progress,
): Promise<boolean> => {
  const watermarks = new Watermarks(db, FORMATS);
  const deadline = performance.now() + DEADLINE_MS;
  for (const [done, { projection, partition, seq }] of awaited.entries()) {
    progress.at("read models", done, awaited.length);
    while (!(await reached(watermarks.reach(projection, partition, seq))))
      if (performance.now() > deadline) return false;
  }
  progress.at("read models", awaited.length, awaited.length);
  return true;
};

const reached = (wait: Promise<void>): Promise<boolean> =>
  wait.then(
    () => true,
    (error: unknown) => {
      if (error instanceof ProjectionBehind) return false;
      throw error;
    },
  );
