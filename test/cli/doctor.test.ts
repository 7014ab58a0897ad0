import { chmod } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../support/until.ts";
import { ClickClack } from "../support/ClickClack.ts";
import { query } from "../support/query.ts";
import { freshDatabase, freshNats } from "../support/services.ts";
import { Cli, NOWHERE, type Ran } from "./Cli.ts";

interface Finding {
  readonly check: string;
  readonly status: string;
  readonly detail: string;
}

let server: ClickClack;
let cli: Cli;

beforeAll(async () => {
  const [nats, db] = await Promise.all([freshNats(), freshDatabase()]);
  server = await ClickClack.start({ nats: nats.url, db: db.url });
  cli = Cli.on(server.dataDir);
});
afterAll(() => server?.stop());

const findings = ({ stdout }: Ran): ReadonlyMap<string, Finding> =>
  new Map((JSON.parse(stdout).findings as ReadonlyArray<Finding>).map((one) => [one.check, one]));

test("a deployment that works is told in every part, and no password with it", async () => {
  const ran = await cli.run(["doctor", "--json"]);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  const found = findings(ran);
  const healthy = [
    "server",
    "http",
    "nats",
    "stream CHAT_0",
    "stream IDENTITY",
    "stream CLAIMS",
    "commands",
    "projectors",
  ];
  for (const check of [
    ...healthy,
    "postgres",
    "migrations",
    "projection chat",
    "projection identity",
    "projection personal",
  ])
    expect(found.get(check), check).toMatchObject({ status: "ok" });
  expect(found.get("server")!.detail).toContain(`process ${server.pid}`);
  expect(found.get("nats")!.detail).toMatch(/nats-server 2\.\d+\.\d+/);
  expect(found.get("postgres")!.detail).toMatch(/PostgreSQL \d+/);
  expect(found.get("owner")).toMatchObject({
    status: "warning",
    detail: expect.stringContaining("bootstrap"),
  });
  const { nats, db } = await server.runFile();
  for (const url of [nats, db]) expect(ran.stdout).not.toContain(`${new URL(url).password}@`);
  const shown = await cli.ok(["doctor"]);
  expect(shown).toMatch(/^CHECK +STATUS +DETAIL$/m);
});

test("a server of which it is not known when it syncs is warned of", async () => {
  const found = findings(await cli.run(["doctor", "--json"]));
  expect(found.get("durability")).toMatchObject({
    status: "warning",
    detail: expect.stringContaining("--nats-monitor"),
  });
});

test("a folder that others may read is warned of", async () => {
  await chmod(server.dataDir, 0o755);
  expect(findings(await cli.run(["doctor", "--json"])).get("data folder")).toMatchObject({
    status: "warning",
  });
  await chmod(server.dataDir, 0o700);
  expect(findings(await cli.run(["doctor", "--json"])).get("data folder")).toMatchObject({ status: "ok" });
});

test("without a server it says how to start one", async () => {
  const ran = await Cli.on(NOWHERE).run(["doctor", "--json"]);
  expect(ran).toMatchObject({ code: 1, stderr: "clickclack: broken: data folder, server\n" });
  expect(findings(ran).get("server")!.detail).toContain(`scripts/start --data ${NOWHERE}`);
  expect(findings(ran).get("nats")).toMatchObject({ status: "skipped" });
});

test("a database that is away, not migrated or never folded into is broken", async () => {
  const { nats } = await server.runFile();
  const there = new Cli("--nats", nats, "--data", NOWHERE, "--json");
  // On a busy machine a partition may have no holder for a moment, which is told too.
  const away = await until(
    async () => {
      const ran = await there.run(["doctor", "--db", "postgres://127.0.0.1:9/chat"]);
      return findings(ran).get("commands")?.status === "ok" && ran;
    },
    { what: "somebody to carry out commands", deadlineMs: 30_000 },
  );
  expect(away).toMatchObject({ code: 1, stderr: "clickclack: broken: postgres\n" });
  expect(findings(away).get("nats")).toMatchObject({ status: "ok" });
  const { url } = await freshDatabase();
  const empty = await there.run(["doctor", "--db", url]);
  expect(empty.stderr).toBe("clickclack: broken: migrations\n");
  await new Cli().ok(["migrate", "--db", url]);
  const unused = await there.run(["doctor", "--db", url]);
  expect(unused.stderr).toBe(
    "clickclack: broken: projection chat, projection identity, projection personal\n",
  );
});

test("a NATS server without a log is broken", async () => {
  const ran = await new Cli("--nats", (await freshNats()).url, "--db", (await server.runFile()).db).run([
    "doctor",
    "--json",
  ]);
  expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining("log") });
});

test("a process that was killed, and what nobody does any more, is told", async () => {
  const [nats, db] = await Promise.all([freshNats(), freshDatabase()]);
  const other = await ClickClack.start({ nats: nats.url, db: db.url });
  const { pid } = other;
  await query(db.url, "update clickclack.checkpoints set seq = 1 where projection = 'chat'");
  await other.kill();
  const ran = await new Cli("--nats", nats.url, "--db", db.url, "--data", other.dataDir).run([
    "doctor",
    "--json",
  ]);
  expect(ran.code).toBe(1);
  expect(findings(ran).get("server")).toMatchObject({
    status: "broken",
    detail: expect.stringContaining(`process ${pid}`),
  });
  expect(findings(ran).get("projection chat")).toMatchObject({
    status: "broken",
    detail: expect.stringContaining("does not move"),
  });
  await other.start();
  expect((await Cli.on(other.dataDir).run(["doctor"])).code).toBe(0);
  await other.stop();
});
