import { readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProcesses } from "@clickclack/server/embedded/findProcesses";
import { lockHolder } from "@clickclack/server/embedded/lockFolder";
import { stopProcesses } from "@clickclack/server/embedded/stopProcesses";

/** Temporary data folders of the suites, whose servers outlive a run that was ended by SIGKILL. */
const OURS = /^clickclack-(services|own|embedded)-/;
const LOCKS = ["lock", "nats/lock", "postgres.lock"];
/** A folder this young may belong to a run that has not taken its locks yet. */
const YOUNG_MS = 60_000;

/** Stops the servers, and removes the data, of earlier runs that were killed. */
export async function sweepAbandoned(): Promise<void> {
  const folders = readdirSync(tmpdir()).filter((name) => OURS.test(name));
  await Promise.all(folders.map((name) => sweep(join(tmpdir(), name))));
}

async function sweep(folder: string): Promise<void> {
  const status = statSync(folder, { throwIfNoEntry: false });
  if (!status || status.uid !== process.getuid?.() || Date.now() - status.mtimeMs < YOUNG_MS) return;
  if (LOCKS.some((lock) => lockHolder(join(folder, lock)) !== undefined)) return;
  const data = join(folder, "postgres/data");
  await stopProcesses(
    [
      ...findProcesses({ program: "nats-server", argument: join(folder, "nats/nats.conf") }),
      ...findProcesses({ program: "postgres", argument: data, folder: data }),
    ],
    [],
  );
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
