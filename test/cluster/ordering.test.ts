import { afterAll, beforeAll, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { Cluster, clientOf } from "../support/Cluster.ts";
import { expectDelivered, expectSawAll } from "../support/expectDelivered.ts";
import { Load } from "../support/Load.ts";
import { Reader } from "../support/Reader.ts";
import { readLog } from "../support/readLog.ts";

const WRITERS = 50;
const EACH = 40;

let cluster: Cluster;
let clients: ReadonlyArray<ApiClient>;

beforeAll(async () => {
  cluster = await Cluster.create();
  clients = [clientOf(await cluster.add()), clientOf(await cluster.add({ role: "gateway" }))];
});
afterAll(() => cluster.stop());

it.each([
  { channels: 1, name: "one channel" },
  { channels: 20, name: "twenty channels" },
])(
  "fifty writers in $name: numbers without gaps, and every reader sees all of it once, in order",
  async ({ channels }) => {
    const workspace = await clients[0]!.createWorkspace();
    const made = await Promise.all(
      Array.from({ length: channels }, () => clients[0]!.createChannel(workspace.id)),
    );
    const nodes = cluster.nodes.map(({ webSocketUrl }) => webSocketUrl);
    const started = [
      { nodes: [nodes[0]!] },
      { nodes: [nodes[1]!] },
      { nodes: nodes.toReversed() },
      { nodes, moveEveryMs: 200 },
    ].map((options) => Reader.start({ workspaceId: workspace.id, ...options }));
    const readers = await Promise.all(started);
    const load = Load.start({ clients, channels: made.map(({ id }) => id), writers: WRITERS, each: EACH });
    await load.finished();
    await Promise.all(readers.map((reader) => reader.caughtUp()));
    const log = await readLog(cluster.nats, workspace.id);
    expect(load.refusals).toEqual(new Map());
    expect(load.acknowledged).toHaveLength(WRITERS * EACH);
    expectDelivered(log, load);
    for (const reader of readers) {
      expectSawAll(reader, log);
      reader.stop();
    }
    expect(readers[3]!.connections).toBeGreaterThan(3);
  },
);
