import { partitionOf } from "@clickclack/protocol/nats/Subjects";
import pg from "pg";
import { expect, it, onTestFinished } from "vitest";
import { Cli } from "../cli/Cli.ts";
import type { ApiClient } from "../support/ApiClient.ts";
import type { ClickClack } from "../support/ClickClack.ts";
import { Cluster, clientOf } from "../support/Cluster.ts";
import { expectDelivered } from "../support/expectDelivered.ts";
import { Load } from "../support/Load.ts";
import { OtherProgram } from "../support/OtherProgram.ts";
import { expectProjectionsMatchLog } from "../support/projections.ts";
import { query } from "../support/query.ts";
import { readLog } from "../support/readLog.ts";
import { until } from "../support/until.ts";

const PARTITIONS = 3;
/** Six starts of processes and of commands, on a machine that may be busy. */
const TIMEOUT_MS = 300_000;
/** Acknowledged in each stage of the test. */
const MESSAGES = 100;
/** New tables are built within this, on a busy machine too. */
const BUILT_WITHIN_MS = 30_000;

const setUp = async (difference: number) => {
  const cluster = await Cluster.create();
  const { nats, db } = cluster;
  const other = await OtherProgram.start({ nats, db, partitions: PARTITIONS, difference });
  onTestFinished(async () => {
    await cluster.stop();
    await other.stop();
  });
  return { cluster, other };
};

/** A channel of a workspace in each partition. */
const channels = async (client: ApiClient) => {
  const made = new Map<number, { readonly workspaceId: string; readonly channelId: string }>();
  while (made.size < PARTITIONS) {
    const { id: workspaceId } = await client.createWorkspace();
    const partition = partitionOf(workspaceId, PARTITIONS);
    if (made.has(partition)) continue;
    made.set(partition, { workspaceId, channelId: (await client.createChannel(workspaceId)).id });
  }
  return [...made.values()];
};

const schemas = async (db: string): Promise<ReadonlyArray<string>> => {
  const rows = await query<{ nspname: string }>(
    db,
    "select nspname from pg_namespace where nspname like 'rm\\_chat\\_%' order by nspname",
  );
  return rows.map(({ nspname }) => nspname);
};

/** How far each partition is folded into a generation of the chat tables. */
const checkpoints = async (db: string, generation: number): Promise<ReadonlyMap<number, number>> => {
  const rows = await query<{ partition: number; seq: string }>(
    db,
    "select partition, seq from clickclack.checkpoints where projection = 'chat' and generation = $1",
    [generation],
  );
  return new Map(rows.map(({ partition, seq }) => [partition, Number(seq)]));
};

/** A read is refused as one that may be tried again, and the node is not ready for any. */
const expectBehind = async (node: ClickClack, channelId: string) => {
  const answer = await clientOf(node).request("GET", `/api/channels/${channelId}/messages`);
  expect(answer).toMatchObject({ status: 503, body: { code: "projection_behind" } });
  expect(answer.headers.get("Retry-After")).toBe("1");
  expect((await fetch(`${node.url}/readyz`)).status).toBe(503);
};

const hold = async (db: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: db });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
};

const allMessages = async (client: ApiClient, channelId: string): Promise<ReadonlyArray<string>> => {
  const ids: Array<string> = [];
  for (let after = 0; ;) {
    const { messages } = await client.list(channelId, `?after_seq=${after}&limit=200`);
    if (messages.length === 0) return ids;
    ids.push(...messages.map(({ id }) => id));
    after = messages.at(-1)!.channel_seq!;
  }
};

it(
  "a newer program builds its tables beside those that an older one folds and reads, is killed at it, and swaps them in under load",
  { timeout: TIMEOUT_MS },
  async () => {
    const { cluster, other } = await setUp(-1);
    const { db } = cluster;
    const front = await cluster.add({ role: "gateway,commands", until: "alive" });
    const client = clientOf(front);
    const places = await channels(client);
    const load = Load.start({
      clients: [client],
      channels: places.map(({ channelId }) => channelId),
      writers: 3,
    });
    const olderReadsAll = async () => {
      const acknowledged = load.acknowledged.map(({ id, body }) => [id, body] as const);
      await until(
        async () => {
          const said = await other.read();
          return acknowledged.every(([id, body]) => said.get(id) === body);
        },
        { what: "the older program to read what was acknowledged" },
      );
    };
    await load.progress(MESSAGES);
    await expectBehind(front, places[0]!.channelId);
    await olderReadsAll();

    // A row that is not committed yet stops whoever builds generation 2 at its first batch of partition 1.
    const holder = await hold(db);
    await holder.query("begin; insert into clickclack.checkpoints values ('chat', 2, 1, 0)");
    const builders = await Promise.all(
      ["projector", "projector,gateway"].map((role) => cluster.add({ role, until: "alive" })),
    );
    await until(async () => ((await checkpoints(db, 2)).get(0) ?? 0) > 0, {
      what: "a builder to stop in its midst",
      deadlineMs: BUILT_WITHIN_MS,
    });
    const cli = Cli.on(front.dataDir);
    const [chat] = (await cli.json(["projections", "status"])).projections;
    expect(chat).toMatchObject({ generation: 1, format: chat.known_format - 1 });
    expect(chat.beside).toMatchObject([
      { generation: 2, format: chat.known_format, purpose: "rebuild", in_work: true },
    ]);
    expect((await cli.run(["doctor", "--json"])).stdout).toMatch(
      /new ones are being built, \d+ of \d+ commits/,
    );
    await load.progress(MESSAGES);
    for (const node of [front, builders[1]!]) await expectBehind(node, places[0]!.channelId);
    await olderReadsAll();

    await Promise.all(builders.map((node) => node.kill()));
    expect(await schemas(db)).toEqual(["rm_chat_1", "rm_chat_2"]);
    await load.progress(MESSAGES);
    await olderReadsAll();
    await holder.query("rollback");

    const started = performance.now();
    await Promise.all(builders.map((node) => node.start()));
    const isReady = async () => (await fetch(`${front.url}/readyz`)).status === 200;
    // The node that only reads and takes posts, and was not started anew.
    await until(isReady, { what: "the new tables", deadlineMs: BUILT_WITHIN_MS });
    console.log(`ready ${Math.round(performance.now() - started)} ms after the start of the builders`);
    expect(await schemas(db)).toEqual(["rm_chat_3"]);
    await expect(other.read()).rejects.toThrow(/said/);
    await load.progress(MESSAGES);
    await load.stop();
    expect(load.refusals).toEqual(new Map());
    expect(other.failures).toEqual([]);

    const reading = clientOf(builders[1]!);
    for (const { workspaceId, channelId } of places) {
      const acknowledged = load.acknowledged.filter((one) => one.channelId === channelId);
      expectDelivered(await readLog(cluster.nats, workspaceId), { acknowledged });
      const ids = acknowledged.toSorted((one, other) => one.seq - other.seq).map(({ id }) => id);
      expect(ids.length).toBeGreaterThan(0);
      for (const reader of [client, reading]) expect(await allMessages(reader, channelId)).toEqual(ids);
    }
    await expectProjectionsMatchLog(cluster);
    expect(
      (await query(db, "select from pg_views where schemaname = 'chat' and viewname = 'retired'")).length,
    ).toBe(0);
    const logged = builders.map(({ output }) => output).join("");
    expect(logged).toContain("new ones are built beside them");
    expect(logged).toMatch(/"generation":3,.*"the new tables are live"/);
    expect(logged).not.toContain("projecting failed");
  },
);

it("a program that finds tables of a newer one leaves them alone, takes posts, and goes back when it is told to", async () => {
  const { cluster, other } = await setUp(1);
  const node = await cluster.add({ until: "alive" });
  const client = clientOf(node);
  const { channelId } = (await channels(client))[0]!;
  const { message } = await client.post(channelId, "still here");
  await expectBehind(node, channelId);
  await until(async () => (await other.read()).get(message.id) === "still here", {
    what: "the newer program to read it",
  });
  const cli = Cli.on(node.dataDir);
  expect((await cli.run(["doctor"])).stdout).toMatch(
    /newer program, or go back with +clickclack projections rebuild chat/,
  );
  expect(node.output).toContain("projections rebuild chat");
  expect(await schemas(cluster.db)).toEqual(["rm_chat_1"]);

  await cli.ok(["projections", "rebuild", "chat"]);
  expect((await client.list(channelId)).messages).toMatchObject([{ id: message.id, body: "still here" }]);
  const later = await client.post(channelId, "and on");
  expect((await client.list(channelId)).messages.map(({ id }) => id)).toEqual([message.id, later.message.id]);
  // The newer program, which has seen its tables live already, does not take turns with this one.
  expect((await fetch(`${node.url}/readyz`)).status).toBe(200);
  expect(other.failures).toEqual([]);
  await expectProjectionsMatchLog(cluster);
});
