import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { answersNats } from "./answersNats.ts";
import { boundLogFile } from "./boundLogFile.ts";
import type { EmbeddedServer } from "./EmbeddedServer.ts";
import { createEndpoint, type Endpoint, readEndpoint, withFreePort, writeEndpoint } from "./Endpoint.ts";
import { findProcesses } from "./findProcesses.ts";
import { lockFolder } from "./lockFolder.ts";
import { natsConfiguration } from "./natsConfiguration.ts";
import { resolveNatsServer } from "./resolveNatsServer.ts";
import { spawnServer } from "./spawnServer.ts";
import { type StopStep, stopProcesses } from "./stopProcesses.ts";
import { Supervisor } from "./Supervisor.ts";
import { tailOf } from "./tailOf.ts";
import { writeFileAtomically } from "./writeFileAtomically.ts";

const USER = "clickclack";
const STOP_STEPS: readonly StopStep[] = [["SIGTERM", 10_000]];
/** A large store whose indexes must be rebuilt after a crash takes its time. */
const READY_WITHIN_MS = 120_000;

export interface EmbeddedNatsOptions {
  /** folder of this installation; the server keeps to its subfolder `nats` */
  readonly dataDir: string;
  /** takes progress lines */
  readonly log: (message: string) => void;
  /** port to take at the first start, instead of any free one; later starts keep theirs */
  readonly port?: number;
  /** more nats-server settings, in its own syntax */
  readonly extraConfiguration?: string;
}

/**
 * Starts a NATS server with JetStream on the data folder, which acknowledges after fsync, and keeps it running. One that
 * was left over from a killed run on the same folder is stopped first.
 *
 * @returns its URL is `nats://clickclack:password@127.0.0.1:port`; NATS clients do not read user and password from there
 * @throws Error when no nats-server can be found, the folder is in use, or the server does not come up (with its log)
 */
export async function startEmbeddedNats(options: EmbeddedNatsOptions): Promise<EmbeddedServer> {
  const binary = await resolveNatsServer(options.log);
  await mkdir(join(options.dataDir, "nats"), { recursive: true, mode: 0o700 });
  const folder = await realpath(join(options.dataDir, "nats"));
  const unlock = lockFolder(join(folder, "lock"), `data folder ${options.dataDir}`);
  try {
    return await startLocked(binary, folder, options, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function startLocked(
  binary: string,
  folder: string,
  options: EmbeddedNatsOptions,
  unlock: () => void,
): Promise<EmbeddedServer> {
  const { log, extraConfiguration: extra = "" } = options;
  const configuration = join(folder, "nats.conf");
  const output = join(folder, "output.log");
  const stopLeftOver = () =>
    stopProcesses(findProcesses({ program: "nats-server", argument: configuration }), STOP_STEPS);
  await stopLeftOver();
  const { port, password } = await keepEndpoint(join(folder, "endpoint.json"), options);
  await writeFileAtomically(configuration, natsConfiguration({ folder, port, user: USER, password, extra }));
  const supervisor = new Supervisor({
    name: "NATS",
    prepare: stopLeftOver,
    spawn: () => spawnServer(binary, ["-c", configuration], { cwd: folder, output }),
    isReady: () => answersNats(port, USER, password),
    readyWithinMs: READY_WITHIN_MS,
    stopSteps: STOP_STEPS,
    lastWords: async () => `${await tailOf(output)}\n${await tailOf(join(folder, "nats.log"))}`,
    log,
  });
  supervisor.onEnd(boundLogFile(output), unlock);
  await supervisor.start();
  log(`NATS listens on 127.0.0.1:${port}`);
  return {
    url: `nats://${USER}:${password}@127.0.0.1:${port}`,
    pid: () => supervisor.pid(),
    stop: () => supervisor.stop(),
    kill: () => supervisor.kill(),
  };
}

async function keepEndpoint(path: string, { log, port }: EmbeddedNatsOptions): Promise<Endpoint> {
  const kept = await readEndpoint(path);
  const endpoint = await withFreePort(kept ?? (await createEndpoint(port)), "NATS", log);
  if (endpoint !== kept) await writeEndpoint(path, endpoint);
  return endpoint;
}
