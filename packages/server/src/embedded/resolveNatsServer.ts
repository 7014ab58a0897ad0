import { delimiter, join } from "node:path";
import { downloadNatsDebianPackage } from "./downloadNatsDebianPackage.ts";
import { downloadNatsRelease } from "./downloadNatsRelease.ts";
import { findCachedNatsServer, natsServerCacheFolder } from "./natsServerCache.ts";
import { isNewEnough, natsServerVersion, OLDEST_NATS_SERVER } from "./natsServerVersion.ts";

/**
 * Finds a nats-server that is new enough, and fetches one where there is none: `NATS_SERVER`; `nats-server` on PATH;
 * the cache; the official release; on Debian its package from a newer suite.
 *
 * @returns absolute path of the binary
 * @throws Error that lists what was tried and what can be done
 */
export async function resolveNatsServer(log: (message: string) => void): Promise<string> {
  const given = process.env["NATS_SERVER"];
  if (given) return await checkGiven(given);

  const tried: string[] = [];
  const onPath = await findOnPath(tried);
  if (onPath) return onPath;
  const cached = await findCachedNatsServer();
  if (cached) return cached;
  tried.push(`cache: nothing usable in ${natsServerCacheFolder()}`);

  const sources = { "official release": downloadNatsRelease, "Debian package": downloadNatsDebianPackage };
  for (const [name, download] of Object.entries(sources)) {
    try {
      return await download(log);
    } catch (error) {
      tried.push(`${name}: ${firstLines(error)}`);
    }
  }
  throw new Error(
    [
      `no nats-server ${OLDEST_NATS_SERVER} or newer found. Tried:`,
      ...tried.map((line) => `  - ${line}`),
      "Install one on PATH, name one in NATS_SERVER, or use a running NATS by NATS_URL.",
    ].join("\n"),
  );
}

/** A path that somebody gave is used or refused; going on to another would hide their mistake. */
async function checkGiven(binary: string): Promise<string> {
  const version = await natsServerVersion(binary);
  if (!version) throw new Error(`NATS_SERVER=${binary} does not run as a nats-server`);
  if (!isNewEnough(version))
    throw new Error(`NATS_SERVER=${binary} is ${version}; ${OLDEST_NATS_SERVER} is needed`);
  return binary;
}

async function findOnPath(tried: string[]): Promise<string | undefined> {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter).filter(Boolean)) {
    const binary = join(folder, "nats-server");
    const version = await natsServerVersion(binary);
    if (version && isNewEnough(version)) return binary;
    if (version) tried.push(`${binary}: ${version} is too old`);
  }
  if (tried.length === 0) tried.push("PATH: no nats-server");
  return undefined;
}

/** apt prints pages; the last lines carry the reason. */
function firstLines(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n").filter(Boolean).slice(0, 4).join("; ");
}
