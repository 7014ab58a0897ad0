import { realpathSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProcesses } from "@clickclack/server/embedded/findProcesses";
import { stopProcesses } from "@clickclack/server/embedded/stopProcesses";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ApiClient } from "../support/ApiClient.ts";
import { ClickClack } from "../support/ClickClack.ts";
import { expectDelivered, expectSawAll } from "../support/expectDelivered.ts";
import { Load } from "../support/Load.ts";
import { expectProjectionsMatchLog } from "../support/projections.ts";
import { Reader } from "../support/Reader.ts";
import { readLog } from "../support/readLog.ts";

const KILLS = 20;
/** Between two kills this many messages are acknowledged. */
const MESSAGES = 150;
/** What a person would wait for; the figures that are seen are printed, and are far below it. */
const READY_WITHIN_MS = 10_000;

let dataDir: string;
let server: ClickClack;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "clickclack-test-"));
  server = await ClickClack.start({ dataDir });
});
afterAll(async () => {
  await server.stop();
  await killNats();
  await killPostgres();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

/** The embedded servers are in process groups of their own, and outlive a kill of ours. */
const killNats = () =>
  stopProcesses(
    findProcesses({ program: "nats-server", argument: join(realpathSync(dataDir), "nats/nats.conf") }),
    [],
  );

const killPostgres = () => {
  const data = join(realpathSync(dataDir), "postgres/data");
  return stopProcesses(findProcesses({ program: "postgres", argument: data, folder: data }), []);
};

/** What a kill leaves: nothing, both servers without us, or one of them. */
const WAYS = [
  { what: "everything", victims: [killNats, killPostgres] },
  { what: "our process alone", victims: [] },
  { what: "us and NATS", victims: [killNats] },
  { what: "us and Postgres", victims: [killPostgres] },
];

const restart = async (): Promise<number> => {
  const started = performance.now();
  await server.start();
  return performance.now() - started;
};

const describeTimes = (times: ReadonlyArray<number>): string => {
  const sorted = times.toSorted((a, b) => a - b).map(Math.round);
  return `median ${sorted[Math.floor(sorted.length / 2)]} ms, longest ${sorted.at(-1)} ms`;
};

it("twenty kills under load lose nothing that was acknowledged, double nothing, and leave projections that match the log", async () => {
  const client = new ApiClient(server.url);
  const workspace = await client.createWorkspace();
  const channels = await Promise.all(
    ["one", "two", "three"].map((name) => client.createChannel(workspace.id, name)),
  );
  const { token } = await client.signUp("survivor");
  const reader = await Reader.start({ workspaceId: workspace.id, nodes: [server.webSocketUrl] });
  const load = Load.start({ clients: [client], channels: channels.map(({ id }) => id), writers: 8 });
  const times = new Map<string, Array<number>>();

  for (let i = 0; i < KILLS; i++) {
    const { what, victims } = WAYS[i % WAYS.length]!;
    await load.progress(MESSAGES);
    await Promise.all([server.kill(), ...victims.map((kill) => kill())]);
    const took = await restart();
    times.set(what, [...(times.get(what) ?? []), took]);
    expect(took).toBeLessThan(READY_WITHIN_MS);
  }
  await load.progress(MESSAGES);
  await load.stop();
  await reader.caughtUp();
  for (const [what, taken] of times) console.log(`ready after a kill of ${what}: ${describeTimes(taken)}`);
  console.log(
    `${load.acknowledged.length} messages; the slowest answer took ${Math.round(load.slowestAnswerMs)} ms`,
  );

  const run = await server.runFile();
  const log = await readLog(run.nats, workspace.id);
  expectDelivered(log, load);
  expectSawAll(reader, log);
  reader.stop();
  expect(await client.withToken(token).me()).toMatchObject({ display_name: "survivor" });
  await expectProjectionsMatchLog(run);
});

it("a second start on the same data is ready within seconds, and has everything", async () => {
  const client = new ApiClient(server.url);
  const workspace = await client.createWorkspace();
  const channel = await client.createChannel(workspace.id);
  const load = Load.start({ clients: [client], channels: [channel.id], writers: 8, each: 25 });
  await load.finished();
  const before = await client.list(channel.id, "?limit=200");
  expect(before.messages).toHaveLength(load.acknowledged.length);
  const { user, token } = await client.signUp("regular");

  expect(await server.halt()).toBe(0);
  const took = await restart();
  console.log(`ready ${Math.round(took)} ms after the second start`);
  expect(took).toBeLessThan(READY_WITHIN_MS);
  expect(await client.list(channel.id, "?limit=200")).toEqual(before);
  expect(await client.withToken(token).me()).toEqual(user);
});
