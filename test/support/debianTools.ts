import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
/** Milliseconds; some megabytes of packages over a slow line. */
const INSTALL_WITHIN = 10 * 60_000;
/** Seconds; another run may be installing the same package. */
const LOCK_WITHIN = 300;

const find = (name: string): string | undefined =>
  [...(process.env["PATH"] ?? "").split(delimiter).filter(Boolean), "/usr/sbin", "/usr/bin"]
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });

/**
 * The path of a program, which is installed first where that is possible: on Debian and its like, as root. `name` is
 * that of its package too.
 *
 * @throws Error that says what to install
 */
export const requireTool = async (name: string): Promise<string> => {
  const found = find(name);
  if (found !== undefined) return found;
  const missing = `This test needs ${name}. Install it (Debian and Ubuntu: \`apt-get install ${name}\`).`;
  if (process.getuid?.() !== 0 || find("apt-get") === undefined) throw new Error(missing);
  const options = { timeout: INSTALL_WITHIN, env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  const lock = ["-o", `DPkg::Lock::Timeout=${LOCK_WITHIN}`];
  try {
    await run("apt-get", [...lock, "update"], options);
    await run("apt-get", [...lock, "install", "-y", "--no-install-recommends", name], options);
  } catch (error) {
    throw new Error(`${missing} Installing it here failed: ${String(error)}`, { cause: error });
  }
  const installed = find(name);
  if (installed === undefined) throw new Error(missing);
  return installed;
};
