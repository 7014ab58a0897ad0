import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";

/** Where a server's process works and what it prints goes. */
export interface SpawnServerOptions {
  readonly cwd: string;
  /** file that standard output and error are appended to; made 0600 */
  readonly output: string;
}

/** Starts a server in a session of its own: the terminal's Ctrl-C is ours to handle, and it must outlast our last write. */
export function spawnServer(
  command: string,
  args: string[],
  { cwd, output }: SpawnServerOptions,
): ChildProcess {
  const file = openSync(output, "a", 0o600);
  try {
    return spawn(command, args, { cwd, detached: true, stdio: ["ignore", file, file] });
  } finally {
    closeSync(file);
  }
}
