import { MetaStore } from "@clickclack/eventsourcing/MetaStore";
import { Nats } from "@clickclack/eventsourcing/nats/Nats";
import { OWNER } from "@clickclack/server/serve/developmentMode";
import { afterEach, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { Cluster, clientOf } from "../support/Cluster.ts";
import { expectDelivered, expectSawAll } from "../support/expectDelivered.ts";
import { Load } from "../support/Load.ts";
import { expectProjectionsMatchLog } from "../support/projections.ts";
import { Reader } from "../support/Reader.ts";
import { readLog } from "../support/readLog.ts";
import { freshDatabase, type OwnService, startOwnNats } from "../support/services.ts";
import { until } from "../support/until.ts";

const ROUNDS = 5;
/** A command waits 3 s for the log, and looks 8 s for its worker, before its sender is told to ask again. */
const ANSWERED_WITHIN_MS = 10_000;
const BACK_WITHIN_MS = 15_000;

let stop: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const one of stop.splice(0).toReversed()) await one();
});

/** Takes NATS away and brings it back, under load at two nodes, some times. */
const outages = async (
  rounds: number,
  away: (nats: OwnService) => Promise<unknown>,
  back: (nats: OwnService) => Promise<unknown>,
): Promise<void> => {
  const [nats, db] = await Promise.all([startOwnNats(), freshDatabase()]);
  const cluster = await Cluster.create({ nats: nats.url, db: db.url });
  stop = [() => nats.stop(), () => cluster.stop()];
  const nodes = [await cluster.add(), await cluster.add({ role: "gateway" })];
  const clients = nodes.map(clientOf);
  const workspace = await clients[0]!.createWorkspace();
  const channels = await Promise.all(
    ["one", "two"].map((name) => clients[0]!.createChannel(workspace.id, name)),
  );
  const readers = await Promise.all(
    nodes.map(({ webSocketUrl }) => Reader.start({ workspaceId: workspace.id, nodes: [webSocketUrl] })),
  );
  const load = Load.start({ clients, channels: channels.map(({ id }) => id), writers: 10 });

  for (let round = 0; round < rounds; round++) {
    await load.progress(200);
    await away(nats);
    await expectRefusals(clients, channels[0]!.id);
    await back(nats);
    const started = performance.now();
    await load.progress(1, BACK_WITHIN_MS);
    console.log(`a post was acknowledged ${Math.round(performance.now() - started)} ms after NATS was back`);
  }
  await load.progress(200);
  await load.stop();
  await Promise.all(readers.map((reader) => reader.caughtUp()));
  console.log(`the slowest answer took ${Math.round(load.slowestAnswerMs)} ms`);

  const log = await readLog(nats.url, workspace.id);
  expectDelivered(log, load);
  for (const reader of readers) {
    expectSawAll(reader, log);
    // Nobody is sent away.
    expect([...reader.closes.keys()]).toEqual([]);
    reader.stop();
  }
  await expectProjectionsMatchLog(cluster);
  await expectDevelopmentModeToEnd(nats.url, clients);
};

/** What is followed over NATS is still followed: an owner, who ends development mode, is heard of at every node. */
const expectDevelopmentModeToEnd = async (
  natsUrl: string,
  clients: ReadonlyArray<ApiClient>,
): Promise<void> => {
  const nats = await Nats.connect(natsUrl, "a test's operator");
  try {
    await (await MetaStore.open(nats, 1)).put(OWNER, { user: "usr_of_a_test" });
  } finally {
    await nats.close();
  }
  const started = performance.now();
  for (const client of clients) {
    await until(async () => (await client.request("GET", "/api/me")).status === 401, {
      what: "development mode to end at every node",
    });
  }
  console.log(`development mode ended within ${Math.round(performance.now() - started)} ms`);
};

/** At each node; the messages go without a nonce: whether one of them was stored is not known, but never two. */
const expectRefusals = async (clients: ReadonlyArray<ApiClient>, channelId: string): Promise<void> => {
  for (const client of clients) {
    const started = performance.now();
    const answer = await client.request("POST", `/api/channels/${channelId}/messages`, {
      body: { body: "refused" },
    });
    expect(answer.status).toBe(503);
    expect(answer.headers.get("Retry-After")).toMatch(/^\d+$/);
    const took = performance.now() - started;
    console.log(`a post was refused after ${Math.round(took)} ms`);
    expect(took).toBeLessThan(ANSWERED_WITHIN_MS);
  }
};

it("without NATS posts are refused in time, and when it is back all goes on: nothing lost, doubled or out of order", () =>
  outages(
    ROUNDS,
    (nats) => nats.kill(),
    (nats) => nats.start(),
  ));

it("the same while NATS hangs", () =>
  outages(
    2,
    async (nats) => process.kill(nats.pid()!, "SIGSTOP"),
    async (nats) => process.kill(nats.pid()!, "SIGCONT"),
  ));

it("an event that was stored just before NATS was killed arrives when it is back, without another one behind it", async () => {
  const [nats, db] = await Promise.all([startOwnNats(), freshDatabase()]);
  const cluster = await Cluster.create({ nats: nats.url, db: db.url });
  stop = [() => nats.stop(), () => cluster.stop()];
  const client = clientOf(await cluster.add());
  const reads = await cluster.add({ role: "gateway" });
  const workspace = await client.createWorkspace();
  const channel = await client.createChannel(workspace.id);
  const reader = await Reader.start({ workspaceId: workspace.id, nodes: [reads.webSocketUrl] });
  for (let round = 0; round < ROUNDS; round++) {
    await reader.caughtUp();
    // The reading node's connection is held up, so that what is stored now does not reach it before the kill.
    process.kill(reads.pid!, "SIGSTOP");
    const { event } = await client.post(channel.id, `message ${round}`);
    await nats.kill();
    process.kill(reads.pid!, "SIGCONT");
    await nats.start();
    await until(() => reader.cursor === event.cursor, { what: "the event", deadlineMs: BACK_WITHIN_MS });
  }
  expect(reader.faults).toEqual([]);
  expect(reader.closes).toEqual(new Map());
  reader.stop();
});
