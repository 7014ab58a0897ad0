import { ClickClack } from "../../test/support/ClickClack.ts";
import type { Cleanup } from "./Cleanup.ts";
import { nodeFlags, type NodeFlagsOptions } from "./nodeFlags.ts";
import { temporaryFolder } from "./temporaryFolder.ts";

/** The whole product as `scripts/start` runs it: every role in one process, with its own NATS and Postgres. */
export const startOurs = (cleanup: Cleanup, options: NodeFlagsOptions): Promise<ClickClack> => {
  const dataDir = temporaryFolder(cleanup);
  const env = { NODE_OPTIONS: nodeFlags(options).join(" "), LOG_LEVEL: "warn" };
  const start = () => ClickClack.start({ dataDir, env });
  return cleanup.managed(start, (server) => server.stop());
};
