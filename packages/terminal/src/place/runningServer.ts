import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The folder that an installation keeps everything in, where no other is named. */
export const DEFAULT_DATA = ".clickclack";

/** `http://HOST:PORT` of an address that a server listens on, as this machine reaches it. */
export const reachableAt = (addr: string): string =>
  `http://${addr.replace(/^0\.0\.0\.0:/, "127.0.0.1:").replace(/^\[::\]:/, "[::1]:")}`;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

/** Address of the server that runs on a data folder; undefined where none does, or none that listens. */
export const runningServer = (dataDir: string): string | undefined => {
  try {
    const run: unknown = JSON.parse(readFileSync(join(dataDir, "run.json"), "utf8"));
    const { pid, addr } = run as { readonly pid: number; readonly addr: string };
    return addr !== "" && isAlive(pid) ? reachableAt(addr) : undefined;
  } catch {
    return undefined;
  }
};
