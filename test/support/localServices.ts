import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedNats } from "@clickclack/server/embedded/EmbeddedNats";
import { startEmbeddedPostgres } from "@clickclack/server/embedded/EmbeddedPostgres";
import { natsAccountsConfiguration } from "./natsAccounts.ts";
import type { RunningServices } from "./services.globalSetup.ts";
import { startTogether } from "./startTogether.ts";
import { sweepAbandoned } from "./sweepAbandoned.ts";

/** The run's services as child processes, on a temporary folder that goes with them. */
export async function startLocalServices(): Promise<RunningServices> {
  await sweepAbandoned();
  const dataDir = mkdtempSync(join(tmpdir(), "clickclack-services-"));
  const remove = () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  const log = (message: string) => {
    if (process.env["TEST_LOG"]) console.error(message);
  };
  const starting = startTogether(
    startEmbeddedNats({ dataDir, log, extraConfiguration: natsAccountsConfiguration() }),
    startEmbeddedPostgres({ dataDir, log }),
  );
  // after the servers' own listeners, which stop them
  const [nats, postgres] = await starting.finally(() => process.once("exit", remove));
  return {
    natsAddress: new URL(nats.url).host,
    postgresUrl: postgres.url,
    stop: async () => {
      await Promise.all([nats.stop(), postgres.stop()]);
      remove();
    },
  };
}
