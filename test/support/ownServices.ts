import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedNats } from "@clickclack/server/embedded/EmbeddedNats";
import type { EmbeddedServer } from "@clickclack/server/embedded/EmbeddedServer";
import { startEmbeddedPostgres } from "@clickclack/server/embedded/EmbeddedPostgres";
import { lockFolder } from "@clickclack/server/embedded/lockFolder";

/** A private server that a test may kill and start again, on the same port and data. */
export interface OwnService {
  readonly url: string;
  /** pid while it runs */
  pid(): number | undefined;
  /** SIGKILL, as a power cut would; it stays down until {@link OwnService.start} */
  kill(): Promise<void>;
  /** brings it up again after {@link OwnService.kill}, or after an orderly {@link OwnService.halt} */
  start(): Promise<void>;
  /** orderly shutdown; it stays down until {@link OwnService.start} */
  halt(): Promise<void>;
  /** the end: stops it and removes its data */
  stop(): Promise<void>;
}

/** A NATS server of this test's own (one user, `sync_interval: always`); `stop()` it at the end. */
export function startOwnNats(): Promise<OwnService> {
  return own((dataDir) => startEmbeddedNats({ dataDir, log: quiet }));
}

/** A Postgres server of this test's own; `stop()` it at the end. */
export function startOwnPostgres(): Promise<OwnService> {
  return own((dataDir) => startEmbeddedPostgres({ dataDir, log: quiet }));
}

async function own(startOn: (dataDir: string) => Promise<EmbeddedServer>): Promise<OwnService> {
  const dataDir = mkdtempSync(join(tmpdir(), "clickclack-own-"));
  // while it is down its folder must not look abandoned
  const unlock = lockFolder(join(dataDir, "lock"), dataDir);
  let running: EmbeddedServer | undefined = await startOn(dataDir);
  const { url } = running;
  const end = async (how: "stop" | "kill") => {
    await running?.[how]();
    running = undefined;
  };
  return {
    url,
    pid: () => running?.pid(),
    kill: () => end("kill"),
    halt: () => end("stop"),
    start: async () => {
      running ??= await startOn(dataDir);
      if (running.url !== url) throw new Error(`the port of ${url} was taken by another program meanwhile`);
    },
    stop: async () => {
      await end("stop");
      unlock();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function quiet(): void {}
