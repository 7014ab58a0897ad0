import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { findProcesses } from "./findProcesses.ts";
import { type StopStep, stopProcesses } from "./stopProcesses.ts";

/** Fast shutdown (sessions are ended, a checkpoint is written), then an immediate one. */
export const POSTGRES_STOP_STEPS: readonly StopStep[] = [
  ["SIGINT", 10_000],
  ["SIGQUIT", 5_000],
];

/**
 * Stops the server and the sessions of a killed run, and removes its pid file: Postgres takes the file for a running
 * server's if its pid has been given to another process of that user since.
 */
export async function clearPostgresLeftOver(data: string): Promise<void> {
  const left = findProcesses({ program: "postgres", argument: data, folder: data });
  await stopProcesses(left, POSTGRES_STOP_STEPS);
  await rm(join(data, "postmaster.pid"), { force: true });
}

/** Removes what a start left that was killed while it made the database; its programs may still be at work. */
export async function removeHalfMadeCluster(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (!name.startsWith("postgres.new-")) continue;
    const data = join(dataDir, name, "data");
    const find = (program: string) => findProcesses({ program, argument: data, folder: data });
    await stopProcesses(["initdb", "postgres"].flatMap(find), [["SIGQUIT", 2_000]]);
    await rm(join(dataDir, name), { recursive: true, force: true });
  }
}
