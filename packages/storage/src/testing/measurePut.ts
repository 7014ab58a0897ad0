import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const script = fileURLToPath(new URL("measurePutProcess.ts", import.meta.url));

/** Puts and gets so many MiB in a process of its own, after `before` was run in its shell, and gives what it reports. */
export const measurePut = async (url: string, mebibytes: number, before = "true") => {
  const command = `${before} && exec "$0" "$@"`;
  const args = ["-c", command, process.execPath, script, url, String(mebibytes)];
  const { stdout } = await promisify(execFile)("bash", args);
  return JSON.parse(stdout) as Record<string, number | string>;
};
