import { afterEach, expect, it } from "vitest";
import { Cluster, clientOf } from "../support/Cluster.ts";
import { EventSocket } from "../support/EventSocket.ts";
import { expectDelivered, expectSawAll } from "../support/expectDelivered.ts";
import { Load } from "../support/Load.ts";
import { Reader } from "../support/Reader.ts";
import { readLog } from "../support/readLog.ts";

let cluster: Cluster | undefined;
afterEach(() => cluster?.stop());

it("SIGTERM under load: sockets are closed with 1012, requests are finished, the exit code is 0, and readers go on elsewhere", async () => {
  cluster = await Cluster.create();
  const stays = await cluster.add();
  const leaves = await cluster.add({ role: "gateway" });
  const clients = [clientOf(leaves), clientOf(stays)];
  const workspace = await clients[1]!.createWorkspace();
  const channel = await clients[1]!.createChannel(workspace.id);
  const nodes = [leaves.webSocketUrl, stays.webSocketUrl];
  const readers = await Promise.all(
    Array.from({ length: 20 }, () => Reader.start({ workspaceId: workspace.id, nodes })),
  );
  const toTheLeaving = Load.start({
    clients: [clients[0]!],
    channels: [channel.id],
    writers: 10,
    each: 1_000,
  });
  const toTheStaying = Load.start({ clients: [clients[1]!], channels: [channel.id], writers: 10 });
  await Promise.all([toTheLeaving.progress(100), toTheStaying.progress(100)]);

  expect(await leaves.halt()).toBe(0);
  toTheLeaving.stop().catch(() => undefined);
  await toTheStaying.progress(100);
  await toTheStaying.stop();
  await Promise.all(readers.map((reader) => reader.caughtUp()));

  // No request got another answer than its own: it was finished, or its connection was refused.
  expect([...toTheLeaving.refusals.keys()].filter((status) => status !== 0)).toEqual([]);
  const log = await readLog(cluster.nats, workspace.id);
  const acknowledged = [...toTheLeaving.acknowledged, ...toTheStaying.acknowledged];
  expectDelivered(log, { acknowledged });
  for (const reader of readers) {
    expectSawAll(reader, log);
    expect(reader.closes).toEqual(new Map([[1012, 1]]));
    reader.stop();
  }
});

it("a node that is told to stop is not ready from then on, and takes no new sockets", async () => {
  cluster = await Cluster.create();
  const node = await cluster.add();
  const client = clientOf(node);
  const workspace = await client.createWorkspace();
  const socket = await EventSocket.open(node.webSocketUrl, { workspaceId: workspace.id });
  const halted = node.halt();
  expect(await socket.whenClosed()).toMatchObject({ code: 1012 });
  await expect(EventSocket.open(node.webSocketUrl, { workspaceId: workspace.id })).rejects.toThrow();
  expect(await halted).toBe(0);
  await expect(client.me()).rejects.toThrow();
});
