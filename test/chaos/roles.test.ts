import { partitionOf } from "@clickclack/protocol/nats/Subjects";
import type { Workspace } from "@clickclack/protocol/http/shapes";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import type { ClickClack } from "../support/ClickClack.ts";
import { Cluster, clientOf } from "../support/Cluster.ts";
import { expectDelivered, expectSawAll } from "../support/expectDelivered.ts";
import { Load } from "../support/Load.ts";
import { expectProjectionsMatchLog } from "../support/projections.ts";
import { Reader } from "../support/Reader.ts";
import { readLog } from "../support/readLog.ts";
import { until } from "../support/until.ts";

/** A lease lives 5 s without being renewed, and the others look every second; the rest is for a busy machine. */
const TAKEN_OVER_WITHIN_MS = 15_000;
const PARTITIONS = 4;

let cluster: Cluster;
let workers: readonly [ClickClack, ClickClack];
let gateway: ClickClack;
let client: ApiClient;

/** Every role in a process of its own, and two processes that carry out commands. */
beforeAll(async () => {
  cluster = await Cluster.create();
  const commands = { role: "commands", env: { LOG_LEVEL: "debug" } };
  const first = await cluster.add({ ...commands, args: ["--partitions", String(PARTITIONS)] });
  const rest = [commands, { role: "projector" }, { role: "gateway" }].map((options) => cluster.add(options));
  const [second, , last] = (await Promise.all(rest)) as [ClickClack, ClickClack, ClickClack];
  workers = [first, second];
  gateway = last;
  client = clientOf(gateway);
});
afterAll(() => cluster.stop());

/** The chat partitions that a running worker's log says it holds. */
const held = (worker: ClickClack): ReadonlyArray<number> => {
  const partitions = new Set<number>();
  for (const line of worker.output.split("\n")) {
    const { pid, msg, log, partition } = line.startsWith("{") ? JSON.parse(line) : {};
    if (pid !== worker.pid || log !== "chat") continue;
    if (msg === "lease gained") partitions.add(partition);
    if (msg === "lease lost") partitions.delete(partition);
  }
  return [...partitions];
};

const ALL = Array.from({ length: PARTITIONS }, (_, partition) => partition);

/** Resolves when the workers hold every partition once between them, and equal shares. */
const spread = () =>
  until(
    () => {
      const shares = workers.map(held);
      const one = new Set(shares.flat()).size === PARTITIONS;
      return one && shares.every(({ length }) => length === PARTITIONS / 2);
    },
    { what: "both workers to hold their shares", deadlineMs: TAKEN_OVER_WITHIN_MS },
  );

const workspaceIn = async (client: ApiClient, partition: number): Promise<Workspace> => {
  for (;;) {
    const workspace = await client.createWorkspace();
    if (partitionOf(workspace.id, PARTITIONS) === partition) return workspace;
  }
};

it("two command workers share the partitions, and commands of all of them are carried out through one gateway", async () => {
  await spread();
  for (const partition of ALL) {
    const workspace = await workspaceIn(client, partition);
    const channel = await client.createChannel(workspace.id);
    const { message } = await client.post(channel.id, "hello");
    expect((await client.list(channel.id)).messages).toEqual([message]);
  }
});

/** Breaks a worker under load in one of its partitions; the other has to go on where it was, until it is mended. */
const takeOver = async (
  breakWorker: (worker: ClickClack) => Promise<unknown>,
  mend: (worker: ClickClack) => Promise<unknown>,
): Promise<Load> => {
  await spread();
  const [victim, survivor] = workers;
  const workspace = await workspaceIn(client, held(victim)[0]!);
  const channel = await client.createChannel(workspace.id);
  const reader = await Reader.start({ workspaceId: workspace.id, nodes: [gateway.webSocketUrl] });
  const load = Load.start({ clients: [client], channels: [channel.id], writers: 10 });
  await load.progress(200);
  await breakWorker(victim);
  const broken = performance.now();
  const since = () => Math.round(performance.now() - broken);
  await until(() => held(survivor).length === PARTITIONS, {
    what: "the leases to move",
    deadlineMs: TAKEN_OVER_WITHIN_MS,
  });
  console.log(`the leases moved within ${since()} ms`);
  await load.progress(200, TAKEN_OVER_WITHIN_MS);
  console.log(
    `200 more commands were done after ${since()} ms, at most ${Math.round(load.slowestAnswerMs)} ms each`,
  );
  expect((await client.list(channel.id, "?limit=1")).messages).toHaveLength(1);
  await mend(victim);
  await spread();
  await load.progress(200);
  await load.stop();
  await reader.caughtUp();
  const log = await readLog(cluster.nats, workspace.id);
  expectDelivered(log, load);
  expectSawAll(reader, log);
  reader.stop();
  await expectProjectionsMatchLog(cluster);
  return load;
};

it("a command worker that is killed is replaced within its lease's time, and nothing is lost or doubled", () =>
  takeOver(
    (worker) => worker.kill(),
    (worker) => worker.start(),
  ));

it("a command worker that stood still, and wakes up believing that it holds its leases, does no harm", () =>
  takeOver(
    async (worker) => process.kill(worker.pid!, "SIGSTOP"),
    async (worker) => process.kill(worker.pid!, "SIGCONT"),
  ));

it("a command worker that is told to stop hands its partitions over, and no post is refused", async () => {
  const load = await takeOver(
    (worker) => worker.halt(),
    (worker) => worker.start(),
  );
  expect(load.refusals).toEqual(new Map());
});

it("reads go on while no worker holds the workspace's partition", async () => {
  const workspace = await client.createWorkspace();
  const channel = await client.createChannel(workspace.id);
  const { message } = await client.post(channel.id, "hello");
  for (const worker of workers) await worker.kill();
  expect((await client.list(channel.id)).messages).toEqual([message]);
  expect((await client.ok("GET", `/api/workspaces/${workspace.id}`)).workspace.id).toBe(workspace.id);
});
