import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedNats } from "../../packages/server/src/embedded/EmbeddedNats.ts";
import { startEmbeddedPostgres } from "../../packages/server/src/embedded/EmbeddedPostgres.ts";
import { natsAccountsConfiguration } from "./natsAccounts.ts";
import type { RunningServices } from "./services.globalSetup.ts";
import { startTogether } from "./startTogether.ts";

/** The run's services as child processes, on a temporary folder that goes with them. */
export async function startLocalServices(): Promise<RunningServices> {
  const dataDir = mkdtempSync(join(tmpdir(), "clickclack-services-"));
  const remove = () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  process.once("exit", remove);
  const log = (message: string) => {
    if (process.env["TEST_LOG"]) console.error(message);
  };
  const [nats, postgres] = await startTogether(
    startEmbeddedNats({ dataDir, log, extraConfiguration: natsAccountsConfiguration() }),
    startEmbeddedPostgres({ dataDir, log }),
  );
  return {
    natsAddress: new URL(nats.url).host,
    postgresUrl: postgres.url,
    stop: async () => {
      await Promise.all([nats.stop(), postgres.stop()]);
      remove();
    },
  };
}
