import { readFileSync } from "node:fs";
import { findProcesses } from "@clickclack/server/embedded/findProcesses";
import { afterEach, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { Cluster, clientOf } from "../support/Cluster.ts";
import { expectDelivered, expectSawAll } from "../support/expectDelivered.ts";
import { Load } from "../support/Load.ts";
import { expectProjectionsMatchLog } from "../support/projections.ts";
import { Reader } from "../support/Reader.ts";
import { readLog } from "../support/readLog.ts";
import { freshNats, type OwnService, startOwnPostgres } from "../support/services.ts";
import { until } from "../support/until.ts";

/** A read waits 2 s for a projection and some 4 s for the database; beyond that its client would have given up. */
const ANSWERED_WITHIN_MS = 9_000;
const BACK_WITHIN_MS = 10_000;

let stop: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const one of stop.splice(0).toReversed()) await one();
});

interface Outage {
  readonly postgres: OwnService;
  readonly cluster: Cluster;
  readonly client: ApiClient;
}

const start = async (): Promise<Outage> => {
  const [nats, postgres] = await Promise.all([freshNats(), startOwnPostgres()]);
  const cluster = await Cluster.create({ nats: nats.url, db: postgres.url });
  stop = [() => postgres.stop(), () => cluster.stop()];
  return { postgres, cluster, client: clientOf(await cluster.add()) };
};

/** Reads until each kind was answered while Postgres was away: 503 with Retry-After, or what is stored. */
const readMeanwhile = async (client: ApiClient, paths: ReadonlyArray<string>): Promise<void> => {
  for (const path of paths) {
    const started = performance.now();
    const answer = await client.request("GET", path);
    const took = performance.now() - started;
    expect(took, path).toBeLessThan(ANSWERED_WITHIN_MS);
    console.log(`${path.replace(/\w{20,}/, "…")} was answered ${answer.status} after ${Math.round(took)} ms`);
    if (answer.status === 200) continue;
    expect(answer.status, JSON.stringify(answer.body)).toBe(503);
    expect(answer.headers.get("Retry-After")).toMatch(/^\d+$/);
  }
};

/** Changes to a message that was sent a moment ago need no database. */
const changeMeanwhile = async (client: ApiClient, messageId: string): Promise<void> => {
  const path = `/api/messages/${messageId}`;
  const edited = await client.ok("PATCH", path, { body: { body: "edited" } });
  expect(edited.message).toMatchObject({ id: messageId, body: "edited" });
  const { reactions } = await client.ok("POST", `${path}/reactions`, { body: { emoji: "👍" } });
  expect(reactions).toEqual([{ emoji: "👍", count: 1, reacted_by_me: true }]);
  await client.ok("POST", `${path}/thread/replies`, { body: { body: "a reply" } });
};

/** To the server and to every session of it. */
const signalAll = (postgres: OwnService, signal: NodeJS.Signals): void => {
  const [, data] = readFileSync(`/proc/${postgres.pid()}/cmdline`, "utf8").split("\0-D\0");
  const folder = data!.split("\0")[0]!;
  for (const pid of findProcesses({ program: "postgres", argument: folder, folder }))
    process.kill(pid, signal);
};

const outage = async (
  { postgres, cluster, client }: Outage,
  away: (postgres: OwnService) => Promise<void>,
  back: (postgres: OwnService) => Promise<void>,
): Promise<void> => {
  const workspace = await client.createWorkspace();
  const channels = await Promise.all(["one", "two"].map((name) => client.createChannel(workspace.id, name)));
  const [channel] = channels as [(typeof channels)[0]];
  const { message } = await client.post(channel.id, "before");
  const reader = await Reader.start({ workspaceId: workspace.id, nodes: [cluster.nodes[0]!.webSocketUrl] });
  const load = Load.start({ clients: [client], channels: channels.map(({ id }) => id), writers: 8 });
  await load.progress(200);

  await away(postgres);
  await load.progress(500);
  const paths = [
    `/api/channels/${channel.id}/messages`,
    `/api/messages/${message.id}`,
    `/api/messages/${message.id}/thread`,
    `/api/workspaces/${workspace.id}/channels`,
    "/api/workspaces",
  ];
  await readMeanwhile(client, paths);
  await changeMeanwhile(client, load.acknowledged.at(-1)!.id);
  expect((await client.request("GET", "/readyz")).status).toBe(503);
  expect((await client.request("GET", "/healthz")).status).toBe(200);
  await load.progress(200);
  await reader.caughtUp();
  expect(load.refusals).toEqual(new Map());

  await back(postgres);
  const started = performance.now();
  await until(async () => (await client.request("GET", paths[0]!)).status === 200, {
    what: "reads to be answered again",
    deadlineMs: BACK_WITHIN_MS,
  });
  console.log(`reads were answered ${Math.round(performance.now() - started)} ms after Postgres was back`);
  await load.progress(200);
  await load.stop();
  await reader.caughtUp();
  const last = load.acknowledged.filter(({ channelId }) => channelId === channel.id).at(-1)!;
  expect((await client.ok("GET", `/api/messages/${last.id}`)).message.id).toBe(last.id);

  const log = await readLog(cluster.nats, workspace.id);
  expectDelivered(log, load);
  expectSawAll(reader, log);
  expect(reader.closes).toEqual(new Map());
  reader.stop();
  await expectProjectionsMatchLog(cluster);
};

it("without Postgres messages are sent and arrive, reads say when to ask again, and all of it is there when it is back", async () => {
  const parts = await start();
  for (let round = 0; round < 3; round++)
    await outage(
      parts,
      (postgres) => postgres.kill(),
      (postgres) => postgres.start(),
    );
});

it("the same while Postgres hangs", async () => {
  const parts = await start();
  for (let round = 0; round < 2; round++)
    await outage(
      parts,
      async (postgres) => signalAll(postgres, "SIGSTOP"),
      async (postgres) => signalAll(postgres, "SIGCONT"),
    );
});

it("a read that finds Postgres hanging is answered in time, also when nothing is written, and the next ones after it are good", async () => {
  const { postgres, client } = await start();
  const workspace = await client.createWorkspace();
  const channel = await client.createChannel(workspace.id);
  const { message } = await client.post(channel.id, "before");
  const path = `/api/channels/${channel.id}/messages`;
  expect((await client.ok("GET", path)).messages).toEqual([message]);
  signalAll(postgres, "SIGSTOP");
  // More than the connections that are kept.
  await Promise.all(Array.from({ length: 50 }, () => readMeanwhile(client, [path])));
  signalAll(postgres, "SIGCONT");
  expect((await client.ok("GET", path)).messages).toEqual([message]);
});
