import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const ELSEWHERE = [
  "/usr/bin",
  "/usr/local/bin",
  "/snap/bin",
  "/opt/google/chrome",
  "/Applications/Google Chrome.app/Contents/MacOS",
  "/Applications/Chromium.app/Contents/MacOS",
];
const MAC_NAMES = ["Google Chrome", "Chromium"];
/** Milliseconds; a hundred megabytes of packages over a slow line. */
const INSTALL_WITHIN = 15 * 60_000;
/** Seconds; another run may be installing the same package. */
const LOCK_WITHIN = 300;

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Where a Chromium or Chrome is: as CHROMIUM_PATH says, else on PATH and in the usual places. */
export const findChromium = (env: NodeJS.ProcessEnv = process.env): string | undefined => {
  const told = env["CHROMIUM_PATH"];
  if (told !== undefined && told !== "") {
    if (isExecutable(told)) return told;
    throw new Error(`CHROMIUM_PATH is ${told}, which cannot be executed`);
  }
  const folders = [...(env["PATH"] ?? "").split(delimiter).filter(Boolean), ...ELSEWHERE];
  return folders
    .flatMap((folder) => [...NAMES, ...MAC_NAMES].map((name) => join(folder, name)))
    .find(isExecutable);
};

const MISSING =
  "The browser tests need Chromium. Install it (Debian and Ubuntu: `apt-get install chromium`), " +
  "or set CHROMIUM_PATH to the program of a Chromium or Chrome.";

const install = async (): Promise<void> => {
  if (process.getuid?.() !== 0 || !isExecutable("/usr/bin/apt-get")) throw new Error(MISSING);
  console.error("Installing Chromium with apt-get; on a first run this takes a minute or two.");
  const options = { timeout: INSTALL_WITHIN, env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  const lock = ["-o", `DPkg::Lock::Timeout=${LOCK_WITHIN}`];
  try {
    await run("apt-get", [...lock, "update"], options);
    await run("apt-get", [...lock, "install", "-y", "--no-install-recommends", "chromium"], options);
  } catch (error) {
    throw new Error(`${MISSING} Installing it here failed: ${String(error)}`, { cause: error });
  }
};

/**
 * The path of a Chromium, which is installed first where that is possible: on Debian and its like, as root.
 *
 * @throws Error that says what to install
 */
export const requireChromium = async (): Promise<string> => {
  const found = findChromium();
  if (found !== undefined) return found;
  await install();
  const installed = findChromium();
  if (installed === undefined) throw new Error(MISSING);
  return installed;
};
