import { readFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { Cluster, clientOf } from "../support/Cluster.ts";
import { expectSawAll } from "../support/expectDelivered.ts";
import { Load } from "../support/Load.ts";
import { Reader } from "../support/Reader.ts";
import { readLog } from "../support/readLog.ts";
import { SilentSocket } from "../support/SilentSocket.ts";

const SILENT = 20;
/** What may be held for one socket. */
const HELD_BYTES = 8 * 1024 * 1024;
/** Frames that are more than that and the 4 MiB that the system holds for a socket that is not read. */
const POURED_BYTES = 13 * 1024 * 1024;
/** Fields that frames carry, as long as they may be: some 1.5 KB a frame. */
const LONG = Object.fromEntries(["kind", "turn_id"].map((name) => [name, "€".repeat(255)]));

let cluster: Cluster | undefined;
afterEach(() => cluster?.stop());

const memoryOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) * 1024;

it("readers that stop reading are closed with 1013, hold a bounded amount of memory, and do not disturb the others", async () => {
  cluster = await Cluster.create();
  const node = await cluster.add();
  const client = clientOf(node);
  const workspace = await client.createWorkspace();
  const channel = await client.createChannel(workspace.id);
  const path = `/api/realtime/ws?workspace_id=${workspace.id}`;
  const silent = await Promise.all(Array.from({ length: SILENT }, () => SilentSocket.open(node.url, path)));
  const reader = await Reader.start({ workspaceId: workspace.id, nodes: [node.webSocketUrl] });
  await reader.caughtUp();
  const before = memoryOf(node.pid!);

  const load = Load.start({ clients: [client], channels: [channel.id], writers: 50, extra: LONG });
  let most = before;
  const poured = () =>
    reader.events.reduce((sum, event) => sum + Buffer.byteLength(JSON.stringify(event)), 0);
  while (poured() < POURED_BYTES) {
    await load.progress(500);
    most = Math.max(most, memoryOf(node.pid!));
  }
  await load.stop();
  await reader.caughtUp();
  console.log(`${poured() >> 20} MiB poured; memory went from ${before >> 20} to ${most >> 20} MiB`);

  const ends = await Promise.all(silent.map((socket) => socket.readToTheEnd()));
  for (const { bytes, code } of ends) {
    expect(bytes).toBeLessThan(POURED_BYTES);
    // One that did not read for some 15 s more was cut off, and what was held for it with it.
    expect([1013, undefined]).toContain(code);
  }
  expectSawAll(reader, await readLog(cluster.nats, workspace.id));
  expect(reader.closes).toEqual(new Map());
  expect(most - before).toBeLessThan(SILENT * HELD_BYTES + 150 * 1024 * 1024);
  reader.stop();
});
