import { existsSync, readFileSync } from "node:fs";
import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { boundLogFile } from "./boundLogFile.ts";
import {
  clearPostgresLeftOver,
  POSTGRES_STOP_STEPS,
  removeHalfMadeCluster,
} from "./clearPostgresLeftOver.ts";
import { createPostgresCluster, POSTGRES_NAME } from "./createPostgresCluster.ts";
import type { EmbeddedServer } from "./EmbeddedServer.ts";
import { type Endpoint, readEndpoint, withFreePort, writeEndpoint } from "./Endpoint.ts";
import { lockFolder } from "./lockFolder.ts";
import { choosePostgresUser, postgresAccount } from "./PostgresAccount.ts";
import { postgresBinaries } from "./postgresBinaries.ts";
import { postgresSettings } from "./postgresSettings.ts";
import { spawnServer } from "./spawnServer.ts";
import { Supervisor } from "./Supervisor.ts";
import { tailOf } from "./tailOf.ts";

/** After a crash the write-ahead log is replayed first, at most about 1 GB of it. */
const READY_WITHIN_MS = 120_000;

export interface EmbeddedPostgresOptions {
  /** folder of this installation; the server keeps to its subfolder `postgres` */
  readonly dataDir: string;
  /** takes progress lines */
  readonly log: (message: string) => void;
}

/**
 * Starts a Postgres server on the data folder, making the database at the first start, and keeps it running. One that
 * was left over from a killed run on the same folder is stopped first; the data of any crash is recovered.
 *
 * @returns its URL is `postgres://clickclack:password@127.0.0.1:port/clickclack`; the role may create databases
 * @throws Error when the binaries are missing, the folder is in use, or the server does not come up (with its log)
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedServer> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = await realpath(options.dataDir);
  const unlock = lockFolder(join(dataDir, "postgres.lock"), `data folder ${options.dataDir}`);
  try {
    return await startLocked(dataDir, options.log, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function startLocked(
  dataDir: string,
  log: (message: string) => void,
  unlock: () => void,
): Promise<EmbeddedServer> {
  const folder = join(dataDir, "postgres");
  const data = join(folder, "data");
  const output = join(folder, "postgres.log");
  const binaries = await postgresBinaries();
  const ids = choosePostgresUser(data);
  await removeHalfMadeCluster(dataDir);
  if (!existsSync(folder)) {
    log("making the database");
    await createPostgresCluster(folder, binaries, ids);
  }
  const account = postgresAccount(ids, binaries.postgres, data);
  await clearPostgresLeftOver(data);
  const { port, password } = await keepEndpoint(join(folder, "endpoint.json"), log);
  const [command, args] = account.wrap(binaries.postgres, ["-D", data, ...postgresSettings(port)]);
  const supervisor = new Supervisor({
    name: "Postgres",
    prepare: () => clearPostgresLeftOver(data),
    spawn: () => spawnServer(command, args, { cwd: data, output }),
    isReady: async (pid) => saysReady(data, pid),
    readyWithinMs: READY_WITHIN_MS,
    stopSteps: POSTGRES_STOP_STEPS,
    lastWords: () => tailOf(output),
    log,
  });
  const endBound = boundLogFile(output);
  supervisor.onEnd(endBound, unlock);
  await supervisor.start();
  log(`Postgres listens on 127.0.0.1:${port}`);
  return {
    url: `postgres://${POSTGRES_NAME}:${password}@127.0.0.1:${port}/${POSTGRES_NAME}`,
    pid: () => supervisor.pid(),
    stop: () => supervisor.stop(),
    kill: () => supervisor.kill(),
  };
}

async function keepEndpoint(path: string, log: (message: string) => void): Promise<Endpoint> {
  const kept = await readEndpoint(path);
  if (!kept) throw new Error(`${path}, which holds the password of Postgres, is missing or damaged`);
  const endpoint = await withFreePort(kept, "Postgres", log);
  if (endpoint !== kept) await writeEndpoint(path, endpoint);
  return endpoint;
}

/** The server writes its state into its pid file, which `pg_ctl --wait` reads too: line 1 its pid, line 8 the state. */
function saysReady(data: string, pid: number): boolean {
  try {
    const lines = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
    return Number(lines[0]) === pid && lines[7]?.trim() === "ready";
  } catch {
    return false;
  }
}
