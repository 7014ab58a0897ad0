import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The oldest nats-server that has what the log needs (fenced appends by subject filter, per-message TTL). */
export const OLDEST_NATS_SERVER = "2.12.0";

/** The version that `binary -v` prints, such as `2.15.1`; undefined when it cannot be run or says something else. */
export async function natsServerVersion(binary: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(binary, ["-v"], { timeout: 5_000 });
    return /nats-server: v(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

/** Orders two versions by their three numbers; what follows them (`-RC.1`) is ignored. */
export function compareVersions(left: string, right: string): number {
  const numbers = (version: string) => version.split("-")[0]!.split(".").map(Number);
  const [a, b] = [numbers(left), numbers(right)];
  for (const i of [0, 1, 2]) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether a version is at least {@link OLDEST_NATS_SERVER}. */
export function isNewEnough(version: string): boolean {
  return compareVersions(version, OLDEST_NATS_SERVER) >= 0;
}
