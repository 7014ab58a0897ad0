import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { expect, test } from "vitest";
import { connectNats } from "./connectNats.ts";
import { query } from "./query.ts";
import { freshDatabase, freshNats, startOwnNats, startOwnPostgres } from "./services.ts";
import { until } from "./until.ts";

async function streamsOf(url: string) {
  const connection = await connectNats(url);
  const manager = await jetstreamManager(connection);
  return { connection, manager, names: await manager.streams.names().next() };
}

test("two fresh NATS accounts hold streams of the same name without seeing each other", async () => {
  const urls = await Promise.all([freshNats(), freshNats()]);
  expect(urls[0].url).not.toBe(urls[1].url);
  for (const { url } of urls) {
    const { connection, manager, names } = await streamsOf(url);
    expect(names).toEqual([]);
    await manager.streams.add({ name: "CHAT_0", subjects: ["chat.0.>"] });
    await jetstream(connection).publish("chat.0.w.c.message", "one");
    expect((await manager.streams.info("CHAT_0")).state.messages).toBe(1);
    await connection.close();
  }
});

test("a hundred fresh accounts taken at once are all different", async () => {
  const urls = await Promise.all(Array.from({ length: 100 }, freshNats));
  expect(new Set(urls.map(({ url }) => url)).size).toBe(100);
});

test("a fresh database is empty, writable and not another test's", async () => {
  const [one, two] = await Promise.all([freshDatabase(), freshDatabase()]);
  await query(one.url, "CREATE TABLE t (n int)");
  await expect(query(two.url, "SELECT * FROM t")).rejects.toThrow(/does not exist/);
});

test("an own NATS keeps its streams and port through kill and start", async () => {
  const nats = await startOwnNats();
  try {
    const before = await streamsOf(nats.url);
    await before.manager.streams.add({ name: "KEPT", subjects: ["kept"] });
    await jetstream(before.connection).publish("kept", "one");
    await before.connection.close();
    await nats.kill();
    expect(nats.pid()).toBeUndefined();
    await nats.start();
    const after = await streamsOf(nats.url);
    expect((await after.manager.streams.info("KEPT")).state.messages).toBe(1);
    await after.connection.close();
  } finally {
    await nats.stop();
  }
});

test("an own Postgres keeps its rows and port through kill and start", async () => {
  const postgres = await startOwnPostgres();
  try {
    await query(postgres.url, "CREATE TABLE t AS SELECT 1 AS n");
    await postgres.kill();
    await expect(query(postgres.url, "SELECT 1")).rejects.toThrow();
    await postgres.start();
    expect(await query(postgres.url, "SELECT n FROM t")).toEqual([{ n: 1 }]);
  } finally {
    await postgres.stop();
  }
});

test("until says what it waited for and why in vain", async () => {
  const never = until(() => Promise.reject(new Error("no")), { deadlineMs: 30, what: "the moon" });
  await expect(never).rejects.toThrow(/the moon.*no/);
});
