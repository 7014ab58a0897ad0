import { startEmbeddedNats } from "@clickclack/server/embedded/EmbeddedNats";
import type { Cleanup } from "./Cleanup.ts";
import { temporaryFolder } from "./temporaryFolder.ts";

/** A NATS server set up as the embedded one is (it acknowledges after fsync), on an empty folder. Gives its URL. */
export const startNats = async (cleanup: Cleanup): Promise<string> => {
  const dataDir = temporaryFolder(cleanup);
  const start = () => startEmbeddedNats({ dataDir, log: () => undefined });
  return (await cleanup.managed(start, (server) => server.stop())).url;
};
