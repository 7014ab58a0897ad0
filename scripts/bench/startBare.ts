import type { Cleanup } from "./Cleanup.ts";
import { nodeFlags, type NodeFlagsOptions } from "./nodeFlags.ts";
import { Program } from "./Program.ts";
import { startNats } from "./startNats.ts";

/** The bare server, on a NATS server of its own. */
export const startBare = async (
  cleanup: Cleanup,
  options: NodeFlagsOptions,
): Promise<{ readonly port: number; readonly pid: number }> => {
  const url = await startNats(cleanup);
  const program = Program.start("bareServer", cleanup, { args: [url], flags: nodeFlags(options) });
  return { port: await program.ask<number>("port"), pid: program.pid };
};
