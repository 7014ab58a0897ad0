import { expect, test, vi } from "vitest";
import { loadAggregate } from "./Aggregate.ts";
import { MemoryEventStore } from "./MemoryEventStore.ts";
import { MemorySnapshots, type Snapshots, type StoredSnapshot } from "./Snapshots.ts";
import { CounterDecider, type CounterEvent } from "./testing/Counter.ts";
import { acceptedVersions, counterHost } from "./testing/counterHost.ts";

const EVENTS = 5_100;
const add = { type: "Add", amount: 1 } as const;

/** Snapshots whose saving a test can wait for. */
class AwaitedSnapshots implements Snapshots {
  readonly #inner = new MemorySnapshots();
  readonly #saved = Promise.withResolvers<StoredSnapshot>();
  readonly saved = this.#saved.promise;

  load(log: string, aggregate: string): Promise<StoredSnapshot | undefined> {
    return this.#inner.load(log, aggregate);
  }

  async save(log: string, aggregate: string, snapshot: StoredSnapshot): Promise<void> {
    await this.#inner.save(log, aggregate, snapshot);
    this.#saved.resolve(snapshot);
  }
}

/** A counter with more events than a snapshot is taken after, and then some. */
const longLived = async () => {
  const snapshots = new AwaitedSnapshots();
  const counter = counterHost({ snapshots });
  for (let part = 0; part < 5; part++) await counter.send({ type: "MakePart", part: `p${part}` });
  const first = await counter.send(add, { id: "cmd_first", keys: [{ key: "k", fingerprint: "f" }] });
  for (let sent = 0; sent < EVENTS; sent += 1_000) {
    await Promise.all(Array.from({ length: 1_000 }, () => counter.send(add)));
  }
  const snapshot = await snapshots.saved;
  const last = await counter.send(add, { id: "cmd_last", keys: [{ key: "l", fingerprint: "f" }] });
  return { ...counter, snapshots, snapshot, first, last };
};

test("a state from a snapshot is the state from the log, and remembers keys and command ids", async () => {
  const { store, snapshots, snapshot, aggregate, first, last } = await longLived();
  expect(snapshot.version).toBeGreaterThanOrEqual(5_000);
  const read = vi.spyOn(store, "read");
  const fromSnapshot = await loadAggregate(CounterDecider, store, snapshots, aggregate);
  expect(read.mock.calls[0]![1]).toBe(snapshot.seq);
  const fromLog = await loadAggregate(CounterDecider, store, new MemorySnapshots(), aggregate);
  expect(fromSnapshot.state).toEqual(fromLog.state);
  expect([fromSnapshot.version, fromSnapshot.seq]).toEqual([fromLog.version, fromLog.seq]);

  const restarted = counterHost({ store, snapshots });
  const again = (key: string, id?: string) =>
    restarted.host.submit(
      {
        id: id ?? "cmd_other",
        aggregate,
        at: new Date().toISOString(),
        actor: { user_id: "u" },
        correlation_id: "c",
        ...(id === undefined && { keys: [{ key, fingerprint: "f" }] }),
        command: add,
      },
      100,
    );
  expect(acceptedVersions(await again("k"))).toEqual(acceptedVersions(first));
  expect(acceptedVersions(await again("l"))).toEqual(acceptedVersions(last));
  expect(acceptedVersions(await again("", "cmd_last"))).toEqual(acceptedVersions(last));
  expect((await restarted.host.position(aggregate)).version).toBe(fromLog.version);
});

test.each([
  ["of an older format", { format: 0 }],
  ["of a log that is gone", { seq: 1_000_000 }],
  ["that does not fit its place in the log", { seq: 2 }],
  ["that is damaged", { state: null }],
])("a snapshot %s is passed over", async (_, spoilt) => {
  const { store, send, aggregate } = counterHost({ store: new MemoryEventStore<CounterEvent>() });
  await send({ type: "Add", amount: 3 });
  await send({ type: "Add", amount: 4 });
  const snapshots = new MemorySnapshots();
  const marked = {
    format: 1,
    version: 1,
    seq: 1,
    state: { total: 1_000, parts: [] },
    keys: [],
    commands: [],
  };
  await snapshots.save("chat", aggregate, marked);
  expect((await loadAggregate(CounterDecider, store, snapshots, aggregate)).state.total).toBe(1_004);
  await snapshots.save("chat", aggregate, { ...marked, ...spoilt });
  expect((await loadAggregate(CounterDecider, store, snapshots, aggregate)).state.total).toBe(7);
});

test("snapshots that cannot be loaded do not keep an aggregate from being loaded", async () => {
  const { store, send, aggregate } = counterHost();
  await send(add);
  const snapshots = new MemorySnapshots();
  vi.spyOn(snapshots, "load").mockRejectedValue(new Error("no object store"));
  expect((await loadAggregate(CounterDecider, store, snapshots, aggregate)).state.total).toBe(1);
});
