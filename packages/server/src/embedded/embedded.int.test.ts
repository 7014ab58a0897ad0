import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectNats } from "../../../../test/support/connectNats.ts";
import { query } from "../../../../test/support/query.ts";
import { until } from "../../../../test/support/until.ts";
import { startEmbeddedNats } from "./EmbeddedNats.ts";
import { startEmbeddedPostgres } from "./EmbeddedPostgres.ts";
import { isRunning } from "./processIdentity.ts";

let dataDir: string;
let lines: string[];
let running: { stop(): Promise<void> }[];
let hosts: ChildProcess[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "clickclack-embedded-"));
  lines = [];
  running = [];
  hosts = [];
});

afterEach(async () => {
  hosts.forEach((host) => host.kill("SIGKILL"));
  await Promise.all(running.map((service) => service.stop()));
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

const log = (message: string) => void lines.push(message);

async function startBoth() {
  const [nats, postgres] = await Promise.all([
    startEmbeddedNats({ dataDir, log }).then((service) => (running.push(service), service)),
    startEmbeddedPostgres({ dataDir, log }).then((service) => (running.push(service), service)),
  ]);
  return { nats, postgres, pids: [nats.pid()!, postgres.pid()!] };
}

/** A process of its own that starts both on the data folder; resolves with their pids. */
async function startBothElsewhere() {
  const module = (name: string) => JSON.stringify(new URL(`${name}.ts`, import.meta.url).href);
  const code = `
    import { startEmbeddedNats } from ${module("EmbeddedNats")};
    import { startEmbeddedPostgres } from ${module("EmbeddedPostgres")};
    const options = { dataDir: process.argv[1], log: () => undefined };
    const [nats, postgres] = await Promise.all([startEmbeddedNats(options), startEmbeddedPostgres(options)]);
    console.log(JSON.stringify([nats.pid(), postgres.pid()]));`;
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", code, dataDir];
  const host = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  hosts.push(host);
  const ready = once(host.stdout, "data").then(([bytes]) => JSON.parse(String(bytes)) as number[]);
  return { host, ready };
}

async function killHost(host: ChildProcess) {
  const gone = once(host, "exit");
  host.kill("SIGKILL");
  await gone;
}

async function publish(url: string, create = false) {
  const connection = await connectNats(url);
  const ask = async (subject: string, body: unknown = "") => {
    const reply = await connection.request(subject, typeof body === "string" ? body : JSON.stringify(body));
    return reply.json<{ error?: { description: string }; seq?: number }>();
  };
  if (create)
    expect((await ask("$JS.API.STREAM.CREATE.S", { name: "S", subjects: ["s"] })).error).toBeUndefined();
  const { seq } = await ask("s", "message");
  await connection.close();
  return seq;
}

test("the first start makes both, with secrets that only their owner can read", async () => {
  const { nats, postgres } = await startBoth();
  expect(await publish(nats.url, true)).toBe(1);
  const rows = await query(
    postgres.url,
    "SELECT current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding, lower('É') AS lower, 'a' < 'B' AS ignores_case",
  );
  expect(rows).toEqual([{ fsync: "on", encoding: "UTF8", lower: "é", ignores_case: false }]);
  for (const file of ["nats/endpoint.json", "nats/nats.conf", "postgres/endpoint.json"]) {
    expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600);
  }
  const commandLine = readFileSync(join(dataDir, "postgres/data/postmaster.opts"), "utf8");
  expect(commandLine).not.toContain(new URL(postgres.url).password);
});

test("nobody gets in without the password", async () => {
  const { nats, postgres } = await startBoth();
  const wrong = (url: string) => Object.assign(new URL(url), { password: "wrong" }).href;
  await expect(connectNats(wrong(nats.url))).rejects.toThrow(/authorization/i);
  await expect(query(wrong(postgres.url), "SELECT 1")).rejects.toThrow(/password/);
  const superuser = Object.assign(new URL(postgres.url), { username: "postgres", password: "" }).href;
  await expect(query(superuser, "SELECT 1")).rejects.toThrow();
});

test("the second start, after a clean stop, keeps data and addresses and is quick", async () => {
  const first = await startBoth();
  await publish(first.nats.url, true);
  await query(first.postgres.url, "CREATE TABLE t AS SELECT 7 AS n");
  await Promise.all(running.splice(0).map((service) => service.stop()));
  expect(first.pids.map(isRunning)).toEqual([false, false]);

  const before = performance.now();
  const second = await startBoth();
  // some 0.1 s; the bound leaves room for a busy machine
  expect(performance.now() - before).toBeLessThan(3_000);
  expect([second.nats.url, second.postgres.url]).toEqual([first.nats.url, first.postgres.url]);
  expect(await publish(second.nats.url)).toBe(2);
  expect(await query(second.postgres.url, "SELECT n FROM t")).toEqual([{ n: 7 }]);
});

test("a server that is killed is started again where it was, with its data", async () => {
  const { nats, postgres, pids } = await startBoth();
  await publish(nats.url, true);
  await query(postgres.url, "CREATE TABLE t AS SELECT 7 AS n");
  pids.forEach((pid) => process.kill(pid, "SIGKILL"));
  expect(await until(() => publish(nats.url), { what: "NATS to be back" })).toBe(2);
  const rows = await until(() => query(postgres.url, "SELECT n FROM t"), { what: "Postgres to be back" });
  expect(rows).toEqual([{ n: 7 }]);
  expect(pids).not.toContain(nats.pid());
  expect(pids).not.toContain(postgres.pid());
  await until(() => lines.filter((line) => line.endsWith("runs again")).length === 2, {
    what: "both log lines",
  });
});

test("after kill -9 of everything the next start recovers the data, whatever now has the old pid", async () => {
  const first = await startBothElsewhere();
  const pids = await first.ready;
  await killHost(first.host);
  pids.forEach((pid) => process.kill(pid, "SIGKILL"));
  await until(() => !pids.some(isRunning), { what: "the servers to be gone" });
  const pidFile = join(dataDir, "postgres/data/postmaster.pid");
  const stale = readFileSync(pidFile, "utf8").split("\n");
  writeFileSync(pidFile, [String(process.pid), ...stale.slice(1)].join("\n"));
  const { postgres, nats } = await startBoth();
  expect(await query(postgres.url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
  expect(await publish(nats.url, true)).toBe(1);
});

test("servers left over by a process that was killed alone are stopped and replaced", async () => {
  const first = await startBothElsewhere();
  const orphans = await first.ready;
  await killHost(first.host);
  expect(orphans.map(isRunning)).toEqual([true, true]);
  const { nats, postgres } = await startBoth();
  expect(orphans.map(isRunning)).toEqual([false, false]);
  expect(await publish(nats.url, true)).toBe(1);
  expect(await query(postgres.url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
});

test("a start that is killed while it makes the database leaves nothing in the way of the next", async () => {
  const { host, ready } = await startBothElsewhere();
  void ready.catch(() => undefined);
  await until(() => readdirSync(dataDir).some((name) => name.startsWith("postgres.new-")), {
    what: "initdb",
  });
  await killHost(host);
  const { postgres } = await startBoth();
  expect(await query(postgres.url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
  expect(readdirSync(dataDir).filter((name) => name.startsWith("postgres.new-"))).toEqual([]);
});

test("a folder in use is refused, and the process that uses it is named", async () => {
  const { pids } = await startBoth();
  const inUse = new RegExp(`in use by process ${process.pid}`);
  await expect(startEmbeddedNats({ dataDir, log })).rejects.toThrow(inUse);
  await expect(startEmbeddedPostgres({ dataDir, log })).rejects.toThrow(inUse);
  expect(pids.map(isRunning)).toEqual([true, true]);
});

test("a port that another program took meanwhile is exchanged for a free one, with a word about it", async () => {
  const first = await startBoth();
  await Promise.all(running.splice(0).map((service) => service.stop()));
  const rivals = [first.nats.url, first.postgres.url].map((url) => {
    const server = createServer().listen(Number(new URL(url).port), "127.0.0.1");
    running.push({ stop: async () => void server.close() });
    return once(server, "listening");
  });
  await Promise.all(rivals);
  const second = await startBoth();
  expect(second.nats.url).not.toBe(first.nats.url);
  expect(await query(second.postgres.url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
  expect(lines.filter((line) => line.includes("taken by another program"))).toHaveLength(2);
});
