import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheNatsServer } from "./natsServerCache.ts";

const run = promisify(execFile);

/** The release that is fetched; any from 2.12 on would do, a fixed one makes every machine run the same. */
const RELEASE = "2.15.1";
const RELEASES = "https://github.com/nats-io/nats-server/releases/download";

/** Time for the small checksum file: a machine that cannot reach the site must learn it quickly. */
const REACHABLE_WITHIN_MS = 5_000;
/** Time for the archive (about 6 MB). */
const DOWNLOAD_WITHIN_MS = 120_000;

const PLATFORMS: Record<string, string> = { linux: "linux", darwin: "darwin", freebsd: "freebsd" };
const ARCHITECTURES: Record<string, string> = { x64: "amd64", arm64: "arm64", arm: "arm7", s390x: "s390x" };

/**
 * Fetches the official release for this platform into the cache, after checking it against the release's SHA256SUMS.
 *
 * @param releases - base address of the releases; a test serves its own
 * @returns path of the cached binary
 * @throws Error when there is no release for this platform, the site is out of reach or the checksum differs
 */
export async function downloadNatsRelease(
  log: (message: string) => void,
  releases = RELEASES,
): Promise<string> {
  const platform = PLATFORMS[process.platform];
  const architecture = ARCHITECTURES[process.arch];
  if (!platform || !architecture) throw new Error(`no release for ${process.platform} ${process.arch}`);
  const folder = `nats-server-v${RELEASE}-${platform}-${architecture}`;
  const archive = `${folder}.tar.gz`;

  const sums = (await get(`${releases}/v${RELEASE}/SHA256SUMS`, REACHABLE_WITHIN_MS)).toString("utf8");
  const expected = sums
    .split("\n")
    .map((line) => line.trim().split(/\s+\*?/))
    .find(([, name]) => name === archive)?.[0];
  if (!expected) throw new Error(`SHA256SUMS of ${RELEASE} does not list ${archive}`);

  log(`fetching nats-server ${RELEASE} (official release)`);
  const bytes = await get(`${releases}/v${RELEASE}/${archive}`, DOWNLOAD_WITHIN_MS);
  const actual = createHash("sha256").update(bytes).digest("hex");
  if (actual !== expected.toLowerCase())
    throw new Error(`${archive} has SHA-256 ${actual}, expected ${expected}`);

  const work = await mkdtemp(join(tmpdir(), "clickclack-nats-"));
  try {
    await writeFile(join(work, archive), bytes);
    await run("tar", ["-xzf", archive], { cwd: work, timeout: 60_000 });
    return await cacheNatsServer(join(work, folder, "nats-server"));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function get(address: string, withinMs: number): Promise<Buffer> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(withinMs) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    const reason =
      error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : error;
    throw new Error(`${address}: ${String(reason)}`, { cause: error });
  }
}
