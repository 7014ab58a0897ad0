import { ActorHost } from "@clickclack/eventsourcing/ActorHost";
import { identityLog } from "@clickclack/eventsourcing/EventLog";
import type { EventStore } from "@clickclack/eventsourcing/EventStore";
import { JetStreamEventStore } from "@clickclack/eventsourcing/JetStreamEventStore";
import { JetStreamReservations } from "@clickclack/eventsourcing/JetStreamReservations";
import { LiveFeed } from "@clickclack/eventsourcing/LiveFeed";
import { Nats } from "@clickclack/eventsourcing/nats/Nats";
import { openStreams } from "@clickclack/eventsourcing/openStreams";
import { ownsAll } from "@clickclack/eventsourcing/Ownership";
import { MemorySnapshots } from "@clickclack/eventsourcing/Snapshots";
import { InterceptedEventStore } from "@clickclack/eventsourcing/testing/InterceptedEventStore";
import type { IdentityEvent } from "@clickclack/protocol/events/IdentityEvents";
import { expect, onTestFinished, test } from "vitest";
import { freshNats, startOwnNats } from "../../../test/support/services.ts";
import { until } from "../../../test/support/until.ts";
import { AccountDecider, type AccountState, upcastIdentityEvent } from "./account/Account.ts";
import { AccountDirectory } from "./AccountDirectory.ts";
import { Accounts } from "./Accounts.ts";

const ANYBODY = { user_id: "usr_anybody" };
const ann = { kind: "human", displayName: "Ann", email: "ann@example.org" } as const;

/** A process of its own: a connection, a directory, and a worker. */
const node = async (
  url: string,
  intercept: (store: EventStore<IdentityEvent>) => EventStore<IdentityEvent> = (store) => store,
) => {
  const nats = await Nats.connect(url, "test");
  onTestFinished(() => nats.close());
  await openStreams(nats, { partitions: 1, replicas: 1 });
  const store = new JetStreamEventStore<IdentityEvent>(nats, identityLog, upcastIdentityEvent);
  const snapshots = new MemorySnapshots();
  const feed = new LiveFeed<IdentityEvent>(nats, identityLog, upcastIdentityEvent);
  const directory = await AccountDirectory.open(intercept(store), snapshots, feed);
  onTestFinished(() => directory.close());
  const host = new ActorHost({
    log: identityLog,
    decider: AccountDecider,
    store,
    snapshots,
    ownership: ownsAll,
  });
  const accounts = new Accounts({
    send: (envelope) => host.submit(envelope, 0),
    reservations: new JetStreamReservations(nats),
    load: (id) => directory.findCurrent(id),
  });
  return { nats, directory, accounts };
};

test("a revocation on one node is known on another within moments, and told of", async () => {
  const { url } = await freshNats();
  const [here, there] = [await node(url), await node(url)];
  const id = await here.accounts.create(ann, ANYBODY);
  const { credentialId } = await here.accounts.issueToken(id, "script", ANYBODY);
  expect((await there.directory.find(id))!.credentials.has(credentialId)).toBe(true);
  const told = new Promise<AccountState>((resolve) => there.directory.onChange(resolve));
  await here.accounts.revoke(id, credentialId, ANYBODY);
  expect((await told).credentials.has(credentialId)).toBe(false);
  expect((await there.directory.find(id))!.credentials.has(credentialId)).toBe(false);
});

test("an account that nobody created is not found, and is found once it was", async () => {
  const { url } = await freshNats();
  const [here, there] = [await node(url), await node(url)];
  expect(await there.directory.find("usr_nobody")).toBeUndefined();
  expect(await there.accounts.findByEmail(ann.email)).toBeUndefined();
  const id = await here.accounts.create(ann, ANYBODY);
  expect((await there.accounts.findByEmail(ann.email))!.id).toBe(id);
});

test("the current state is read even where the live feed was missed", async () => {
  const { url } = await freshNats();
  const [here, there] = [await node(url), await node(url)];
  const id = await here.accounts.create(ann, ANYBODY);
  await there.directory.find(id);
  there.directory.close();
  await here.accounts.deactivate(id, ANYBODY);
  expect((await there.directory.findCurrent(id))!.active).toBe(false);
});

test("a change is told of also where somebody read it before the live feed brought it", async () => {
  const { url } = await freshNats();
  const [here, there] = [await node(url), await node(url)];
  const id = await here.accounts.create(ann, ANYBODY);
  await there.directory.find(id);
  const told: Array<boolean> = [];
  there.directory.onChange(({ active }) => told.push(active));
  there.directory.close();
  await here.accounts.deactivate(id, ANYBODY);
  await there.directory.findCurrent(id);
  expect(told).toEqual([false]);
  await there.directory.findCurrent(id);
  expect(told).toEqual([false]);
});

/** A node whose reads a test may hold back, as a replica does that lags behind. */
const laggingNode = async (url: string) => {
  const held: { store?: InterceptedEventStore<IdentityEvent> } = {};
  const there = await node(url, (store) => (held.store = new InterceptedEventStore(store)));
  const lag = (answers: number, known: number) => {
    let reads = 0;
    held.store!.onRead = async (read) =>
      ++reads <= answers ? (await read()).filter(({ seq }) => seq <= known) : read();
  };
  return { ...there, lag };
};

test("a revocation is known to whoever looks after it, also where reads lag behind the live feed", async () => {
  const { url } = await freshNats();
  const [here, there] = [await node(url), await laggingNode(url)];
  const id = await here.accounts.create(ann, ANYBODY);
  const { credentialId } = await here.accounts.issueToken(id, "script", ANYBODY);
  there.lag(3, 2);
  await here.accounts.revoke(id, credentialId, ANYBODY);
  await there.nats.connection.flush();
  expect((await there.directory.find(id))!.credentials.size).toBe(0);
});

test("a change that does not follow on what is in memory is told of once it was read", async () => {
  const { url } = await freshNats();
  const here = await node(url);
  const id = await here.accounts.create(ann, ANYBODY);
  const { credentialId } = await here.accounts.issueToken(id, "script", ANYBODY);
  const there = await laggingNode(url);
  there.lag(3, 1);
  expect((await there.directory.find(id))!.credentials.size).toBe(0);
  const told = new Promise<AccountState>((resolve) => there.directory.onChange(resolve));
  await here.accounts.issueToken(id, "another", ANYBODY);
  expect((await told).credentials.size).toBe(2);
  await here.accounts.revoke(id, credentialId, ANYBODY);
  await there.nats.connection.flush();
  expect((await there.directory.find(id))!.credentials.size).toBe(1);
});

test("a revocation while NATS was away for one node is known there once it is back", async () => {
  const server = await startOwnNats();
  onTestFinished(() => server.stop());
  const [here, there] = [await node(server.url), await node(server.url)];
  const id = await here.accounts.create(ann, ANYBODY);
  const { credentialId } = await here.accounts.issueToken(id, "script", ANYBODY);
  await there.directory.find(id);
  await server.kill();
  await until(() => !here.nats.connected && !there.nats.connected, { what: "the outage to be noticed" });
  await server.start();
  await until(() => here.nats.connected, { what: "the connection" });
  await until(() => here.accounts.revoke(id, credentialId, ANYBODY).then(() => true), {
    what: "the revocation",
  });
  await until(async () => (await there.directory.find(id))!.credentials.size === 0, {
    what: "it to be known there",
  });
});
