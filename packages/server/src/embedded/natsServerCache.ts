import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { compareVersions, isNewEnough, natsServerVersion } from "./natsServerVersion.ts";

/** Where downloaded servers are kept, one folder per version; follows `XDG_CACHE_HOME`. */
export function natsServerCacheFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "clickclack", "nats-server");
}

/** The newest cached server that is new enough and runs here. */
export async function findCachedNatsServer(): Promise<string | undefined> {
  const folder = natsServerCacheFolder();
  const names = await readdir(folder).catch(() => []);
  const versions = names.filter((name) => /^\d+\.\d+\.\d+/.test(name) && isNewEnough(name));
  for (const version of versions.toSorted(compareVersions).toReversed()) {
    const binary = join(folder, version, "nats-server");
    if (await natsServerVersion(binary)) return binary;
  }
  return undefined;
}

/**
 * Puts a server into the cache under the version that it prints, and returns its path there. The folder appears
 * whole by one rename, so a killed download leaves no half, and of two processes at once the second uses the first's.
 *
 * @throws Error when the file does not run here or is too old.
 */
export async function cacheNatsServer(binary: string): Promise<string> {
  const version = await natsServerVersion(binary);
  if (!version) throw new Error("the downloaded file does not run on this machine");
  if (!isNewEnough(version)) throw new Error(`version ${version} is too old`);
  const folder = natsServerCacheFolder();
  const target = join(folder, version);
  await mkdir(folder, { recursive: true });
  const fresh = await mkdtemp(join(folder, ".new-"));
  try {
    await copyFile(binary, join(fresh, "nats-server"));
    await chmod(join(fresh, "nats-server"), 0o755);
    await chmod(fresh, 0o755);
    await rename(fresh, target);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (!(await natsServerVersion(join(target, "nats-server")))) throw error;
  }
  return join(target, "nats-server");
}
