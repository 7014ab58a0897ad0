import { newId } from "@clickclack/protocol/Ids";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type OwnService, startOwnNats } from "../../../test/support/services.ts";
import { until } from "../../../test/support/until.ts";
import { StoreUnavailable } from "./EventStore.ts";
import { JetStreamThrottle } from "./JetStreamThrottle.ts";
import { LiveFeed } from "./LiveFeed.ts";
import type { Nats } from "./nats/Nats.ts";
import type { JetStreamEventStore } from "./JetStreamEventStore.ts";
import { NodeSets } from "./NodeSets.ts";
import type { EventLog } from "./EventLog.ts";
import { type CounterEvent, upcastCounterEvent } from "./testing/Counter.ts";
import { acceptedVersions, counterHost, gate } from "./testing/counterHost.ts";
import { counterCommit } from "./testing/EventStoreContract.ts";
import { connectFor, counterLog } from "./testing/natsFixture.ts";

const ROUTE = { scope: "_", type: "counter.added" };
const add = { type: "Add", amount: 1 } as const;

let server: OwnService;
let nats: Nats;
let log: EventLog;
let store: JetStreamEventStore<CounterEvent>;

beforeAll(async () => {
  server = await startOwnNats();
  nats = await connectFor(server.url, () => undefined);
  ({ log, store } = await counterLog(nats));
});

afterEach(async () => {
  await server.start();
  await until(() => nats.connected, { what: "the connection" });
});

afterAll(async () => {
  await nats.close();
  await server.stop();
});

const goDown = async () => {
  await server.kill();
  await until(() => !nats.connected, { what: "the connection's end to be noticed" });
};

test("while NATS is down an append fails at once; afterwards it works without a restart", async () => {
  const aggregate = newId("wsp");
  const first = await store.append(aggregate, 0, ROUTE, counterCommit(aggregate, 1));
  expect(first._tag).toBe("Appended");
  await goDown();
  const started = performance.now();
  await expect(store.append(aggregate, 0, ROUTE, counterCommit(aggregate, 2))).rejects.toBeInstanceOf(
    StoreUnavailable,
  );
  await expect(store.read(aggregate, 0, 10)).rejects.toBeInstanceOf(StoreUnavailable);
  expect(performance.now() - started).toBeLessThan(100);
  await server.start();
  const seq = first._tag === "Appended" ? first.seq : 0;
  const again = async () =>
    (await store.append(aggregate, seq, ROUTE, counterCommit(aggregate, 2)))._tag === "Appended";
  await until(again, { what: "an append after the restart" });
  expect(await store.read(aggregate, 0, 10)).toHaveLength(2);
});

test("an append in flight when NATS is killed fails within moments", async () => {
  const aggregate = newId("wsp");
  const appends = Array.from({ length: 200 }, (_, i) => {
    const own = `${aggregate}${i}`;
    return store.append(own, 0, ROUTE, counterCommit(own, 1));
  });
  const settled = Promise.allSettled(appends);
  await server.kill();
  for (const outcome of await settled) {
    if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(StoreUnavailable);
  }
  await server.start();
  await until(async () => (await store.position(aggregate)).version === 0, {
    what: "reads after the restart",
  });
});

test("a command that NATS stored but did not acknowledge before it was killed is not doubled", async () => {
  const counter = counterHost({ store, log });
  await counter.send(add);
  const killed = gate();
  counter.store.onAppend = async (append) => {
    counter.store.onAppend = (step) => step();
    await append();
    await killed.hold(async () => undefined);
    throw new StoreUnavailable("NATS went away before it acknowledged");
  };
  const sent = counter.send(add, { keys: [{ key: "k", fingerprint: "f" }] });
  await killed.arrived;
  await goDown();
  const restarted = server.start();
  killed.open();
  await restarted;
  expect(acceptedVersions(await sent)).toEqual([2]);
  expect(await counter.send(add, { keys: [{ key: "k", fingerprint: "f" }] })).toMatchObject({
    replayed: true,
  });
  expect(await counter.stored()).toHaveLength(2);
});

test("commands sent through an outage are each carried out once or reported as unavailable", async () => {
  const counter = counterHost({ store, log });
  const sent = Array.from({ length: 100 }, () => counter.send(add));
  await server.kill();
  sent.push(...Array.from({ length: 100 }, () => counter.send(add)));
  await server.start();
  const replies = await Promise.all(sent);
  const accepted = replies.flatMap((reply) => (reply._tag === "Accepted" ? acceptedVersions(reply) : []));
  const events = await until(() => counter.stored(), { what: "reads after the restart" });
  expect(new Set(accepted).size).toBe(accepted.length);
  expect(events.length).toBeGreaterThanOrEqual(accepted.length);
  expect(acceptedVersions(await counter.send(add))).toEqual([events.length + 1]);
});

test("a live feed goes on after an outage, and tells when it is back", async () => {
  const aggregate = newId("wsp");
  const feed = new LiveFeed<CounterEvent>(nats, log, upcastCounterEvent);
  const versions: Array<number> = [];
  let reconnects = 0;
  const following = await feed.follow(aggregate, ({ commit }) => versions.push(commit.events[0]!.version));
  const watching = feed.onReconnect(() => reconnects++);
  await goDown();
  await server.start();
  await until(() => reconnects === 1, { what: "the reconnect" });
  await until(async () => (await store.append(aggregate, 0, ROUTE, counterCommit(aggregate, 1)))._tag, {
    what: "an append",
  });
  await until(() => versions.length === 1, { what: "the commit" });
  expect(versions).toEqual([1]);
  following.stop();
  watching.stop();
});

test("attempts are counted again once NATS is back, though it forgot what was counted", async () => {
  const throttle = await JetStreamThrottle.open(nats, 1);
  const allowance = { burst: 1, everyMs: 3_600_000 };
  const key = newId("usr");
  expect((await throttle.take(key, allowance))._tag).toBe("Granted");
  expect((await throttle.take(key, allowance))._tag).toBe("Refused");
  await goDown();
  await expect(throttle.take(key, allowance)).rejects.toBeInstanceOf(StoreUnavailable);
  await server.start();
  const turn = await until(() => throttle.take(key, allowance), { what: "a turn after the restart" });
  expect(turn._tag).toBe("Granted");
  expect((await throttle.take(key, allowance))._tag).toBe("Refused");
});

test("which nodes there are is known again once NATS is back, though it kept that in memory", async () => {
  const sets = await NodeSets.open(nats, "outage", { node: "a", replicas: 1 });
  await sets.join("w.one");
  await goDown();
  await server.start();
  await until(() => nats.connected, { what: "the connection" });
  const again = async () => (await sets.list("w")).length === 1;
  // At once: meanwhile others take it for gone.
  await until(again, { what: "the node to say again what it has", deadlineMs: 5_000 });
  await sets.close();
});
