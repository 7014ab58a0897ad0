import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheNatsServer } from "./natsServerCache.ts";

const run = promisify(execFile);

/** The first Debian suite with a new enough nats-server (2.15.1); Debian 12 and 13 carry older ones. */
const SUITE = "forky";
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
const APT_WITHIN_MS = 180_000;

/**
 * On Debian: takes nats-server from a newer suite of the mirror that this machine is set to, into the cache. apt runs
 * on lists, caches and sources of its own in a temporary folder, so it needs no root and nothing on the system changes;
 * the package is checked against Debian's archive keys as ever.
 *
 * @returns path of the cached binary
 * @throws Error when this is no Debian, it has no Debian mirror, or the mirror lacks the suite or the package
 */
export async function downloadNatsDebianPackage(log: (message: string) => void): Promise<string> {
  if (!existsSync("/usr/bin/apt-get")) throw new Error("not a Debian system");
  const work = await mkdtemp(join(tmpdir(), "clickclack-apt-"));
  try {
    const configuration = await writeAptConfiguration(work);
    const apt = (...args: string[]) =>
      run("apt-get", ["-q", "-c", configuration, ...args], {
        cwd: work,
        timeout: APT_WITHIN_MS,
        env: plainEnvironment(),
      });

    const mirror = await findMirror(work);
    const trust = existsSync(KEYRING) ? ` signed-by=${KEYRING}` : "";
    await writeFile(join(work, "sources.list"), `deb [target=Packages${trust}] ${mirror} ${SUITE} main\n`);
    log(`fetching nats-server from Debian's suite ${SUITE}`);
    await apt("update");
    await apt("download", "nats-server");
    const archive = (await readdir(work)).find((name) => name.endsWith(".deb"));
    if (!archive) throw new Error(`no package nats-server in ${SUITE}`);
    await run("dpkg", ["-x", archive, "package"], { cwd: work, timeout: APT_WITHIN_MS });
    const binary = ["sbin", "bin"]
      .map((name) => join(work, "package/usr", name, "nats-server"))
      .find(existsSync);
    if (!binary) throw new Error(`no nats-server in ${archive}`);
    return await cacheNatsServer(binary);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Read after the system's own configuration, so proxies and credentials stay and its hooks do not run. */
async function writeAptConfiguration(work: string): Promise<string> {
  await Promise.all(
    ["lists/partial", "cache/archives/partial"].map((name) => mkdir(join(work, name), { recursive: true })),
  );
  const path = join(work, "apt.conf");
  const lines = [
    "#clear APT::Update;",
    "#clear Dir::Etc::sourceparts;",
    `Dir::Etc::sourcelist "${work}/sources.list";`,
    'Dir::Etc::sourceparts "-";',
    `Dir::State::Lists "${work}/lists";`,
    `Dir::Cache "${work}/cache";`,
    // apt's own user could not enter our temporary folder
    'APT::Sandbox::User "";',
    'Acquire::Languages "none";',
    'Acquire::Retries "2";',
    'Acquire::http::Timeout "15";',
  ];
  await writeFile(path, `${lines.join("\n")}\n`);
  return path;
}

/** The Debian mirror that this machine uses; asked of apt's lists, or of its sources where lists were cleaned away. */
async function findMirror(work: string): Promise<string> {
  const options = { timeout: APT_WITHIN_MS, env: plainEnvironment() };
  const format = "$(SITE) $(ORIGIN) $(LABEL)";
  const listed = await run("apt-get", ["indextargets", "--format", format, "Created-By: Packages"], options);
  for (const line of listed.stdout.split("\n")) {
    const [site, origin, label] = line.trim().split(" ");
    if (site && origin === "Debian" && label === "Debian") return site;
  }
  const lists = `Dir::State::Lists=${work}/lists`;
  const planned = await run("apt-get", ["update", "--print-uris", "-o", lists], options).catch(() => ({
    stdout: "",
  }));
  for (const match of planned.stdout.matchAll(/^'(\S+\/debian)\/dists\/[^/]+\/InRelease'/gm))
    return match[1]!;
  throw new Error("apt knows no Debian mirror on this system");
}

function plainEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" };
}
