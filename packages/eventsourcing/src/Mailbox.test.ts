import { expect, onTestFinished, test, vi } from "vitest";
import { StoreUnavailable } from "./EventStore.ts";
import { MemoryEventStore } from "./MemoryEventStore.ts";
import { MemorySnapshots } from "./Snapshots.ts";
import { BUG, type CounterEvent } from "./testing/Counter.ts";
import { counterCommit } from "./testing/EventStoreContract.ts";
import { acceptedVersions, counterHost, gate } from "./testing/counterHost.ts";

const add = (amount: number, scope = "_") => ({ type: "Add", amount, scope }) as const;
const key = (name: string, fingerprint = "same") => [{ key: name, fingerprint }];

/** Lets the first command's append wait at a gate, so that whatever is sent then queues up behind it. */
const busyHost = async (options: Parameters<typeof counterHost>[0] = {}) => {
  const counter = counterHost(options);
  const held = gate();
  counter.store.onAppend = (append) => held.hold(append);
  const first = counter.send(add(1, "first"));
  await held.arrived;
  const release = () => {
    counter.store.onAppend = (append) => append();
    held.open();
    return first;
  };
  return { ...counter, release };
};

test("a command's events carry its time, actor and causes, and versions from 1 on", async () => {
  const { send, aggregate, stored } = counterHost();
  const reply = await send(add(5), { user: "usr_1", id: "cmd_1" });
  const [event] = await stored();
  expect(event).toMatchObject({
    type: "counter.added",
    v: 1,
    version: 1,
    workspace_id: aggregate,
    actor: { user_id: "usr_1" },
    causation_id: "cmd_1",
    correlation_id: "cmd_1",
    payload: { amount: 5, total: 5 },
  });
  expect(reply).toEqual({
    _tag: "Accepted",
    events: [{ event, seq: 1 }],
    replayed: false,
    version: 1,
    seq: 1,
  });
});

test("a command that changes nothing is accepted without an append", async () => {
  const { send, store } = counterHost();
  await send(add(1));
  expect(await send(add(0))).toEqual({ _tag: "Accepted", events: [], replayed: false, version: 1, seq: 1 });
  expect(store.attempts).toHaveLength(1);
});

test("commands that queue up share a commit, with one append in flight", async () => {
  const { send, store, stored, release } = await busyHost();
  const waiting = Array.from({ length: 50 }, () => send(add(1)));
  await release();
  const replies = await Promise.all(waiting);
  expect(replies.flatMap(acceptedVersions)).toEqual(Array.from({ length: 50 }, (_, i) => i + 2));
  expect(store.attempts).toHaveLength(2);
  expect(store.mostInFlight).toBe(1);
  expect((await stored()).at(-1)!.payload).toMatchObject({ total: 51 });
});

test("commands of another route go into a commit of their own", async () => {
  const { send, store, release } = await busyHost();
  const waiting = ["a", "b", "a", "b"].map((scope) => send(add(1, scope)));
  await release();
  await Promise.all(waiting);
  expect(store.attempts.map(({ route, commit }) => [route.scope, commit.events.length])).toEqual([
    ["first", 1],
    ["a", 2],
    ["b", 2],
  ]);
});

test("merging never overtakes an earlier command of the same sender", async () => {
  const { send, store, release } = await busyHost();
  const sent = [
    send(add(1, "a"), { user: "ann", id: "ann1" }),
    send(add(1, "b"), { user: "ann", id: "ann2" }),
    send(add(1, "a"), { user: "ann", id: "ann3" }),
    send(add(1, "a"), { user: "bob", id: "bob1" }),
  ];
  await release();
  await Promise.all(sent);
  const commits = store.attempts
    .slice(1)
    .map(({ commit }) => commit.events.map((event) => event.causation_id));
  expect(commits).toEqual([["ann1", "bob1"], ["ann2"], ["ann3"]]);
});

test("a commit takes no more commands than fit a message", async () => {
  const { send, store, release } = await busyHost();
  const small = Array.from({ length: 300 }, () => send(add(1, "small")));
  const note = "x".repeat(200 * 1024);
  const large = Array.from({ length: 3 }, () => send({ ...add(1, "large"), note }));
  await release();
  await Promise.all([...small, ...large]);
  const sizes = store.attempts.map(({ route, commit }) => [route.scope, commit.events.length]);
  expect(sizes).toEqual([
    ["first", 1],
    ["small", 256],
    ["small", 44],
    ["large", 2],
    ["large", 1],
  ]);
});

test("a rejection inside of a merged batch concerns its own command alone", async () => {
  const { send, stored, store, release } = await busyHost();
  const replies = Promise.all([send(add(1)), send(add(-1)), send(add(1))]);
  await release();
  const [before, rejected, after] = await replies;
  expect(rejected).toEqual({
    _tag: "Rejected",
    rejection: { code: "invalid_request", message: "only upwards" },
  });
  expect([acceptedVersions(before), acceptedVersions(after)]).toEqual([[2], [3]]);
  expect(await stored()).toHaveLength(3);
  expect(store.attempts).toHaveLength(2);
});

test("a bug in the rules fails its own command alone", async () => {
  const warnings = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  const { send, stored, release } = await busyHost();
  const replies = Promise.all([1, 1, 1, BUG, 1, 1].map((amount) => send(add(amount))));
  await release();
  const tags = (await replies).map((reply) =>
    reply._tag === "Rejected" ? reply.rejection.code : reply._tag,
  );
  expect(tags).toEqual(["Accepted", "Accepted", "Accepted", "internal", "Accepted", "Accepted"]);
  expect((await stored()).at(-1)!.payload).toMatchObject({ total: 6 });
  expect(warnings).toHaveBeenCalledOnce();
  warnings.mockRestore();
});

test("a command sent twice is carried out once, in one batch and later, and answered the same", async () => {
  const { send, stored, release } = await busyHost();
  const twice = Promise.all([send(add(1), { id: "cmd_x" }), send(add(1), { id: "cmd_x" })]);
  await release();
  const [one, other] = await twice;
  const later = await send(add(1), { id: "cmd_x" });
  expect(other).toEqual(one);
  expect(later).toEqual(one);
  expect(await stored()).toHaveLength(2);
});

test("an idempotency key gives the earlier answer again, in one batch and later", async () => {
  const { send, stored, release } = await busyHost();
  const both = Promise.all([send(add(1), { keys: key("k") }), send(add(1), { keys: key("k") })]);
  await release();
  const [first, again] = await both;
  const later = await send(add(1), { keys: key("k") });
  expect(first).toMatchObject({ _tag: "Accepted", replayed: false });
  expect(again).toEqual({ ...first, replayed: true });
  expect(later).toEqual({ ...first, replayed: true });
  expect(await stored()).toHaveLength(2);
});

test("an idempotency key with another fingerprint is a conflict, in one batch and later", async () => {
  const { send, stored, release } = await busyHost();
  const both = Promise.all([send(add(1), { keys: key("k") }), send(add(2), { keys: key("k", "other") })]);
  await release();
  const conflict = { _tag: "Rejected", rejection: { code: "idempotency_conflict" } };
  expect((await both)[1]).toMatchObject(conflict);
  expect(await send(add(2), { keys: key("k", "other") })).toMatchObject(conflict);
  expect(await stored()).toHaveLength(2);
});

test("a rejected command does not use its key up", async () => {
  const { send } = counterHost();
  expect(await send(add(-1), { keys: key("k") })).toMatchObject({ _tag: "Rejected" });
  expect(await send(add(1), { keys: key("k", "other") })).toMatchObject({
    _tag: "Accepted",
    replayed: false,
  });
});

test("an earlier answer that cannot be read is unavailable, not empty", async () => {
  const { send, store } = counterHost();
  await send(add(1), { keys: key("k") });
  const readAt = vi.spyOn(store, "readAt").mockResolvedValue(undefined);
  expect(await send(add(1), { keys: key("k") })).toMatchObject({ _tag: "Unavailable" });
  readAt.mockRestore();
  expect(await send(add(1), { keys: key("k") })).toMatchObject({ _tag: "Accepted", replayed: true });
});

test("an append that failed before it was stored is tried again", async () => {
  const { send, store, stored } = counterHost();
  store.onAppend = async () => {
    store.onAppend = (append) => append();
    throw new StoreUnavailable("gone for a moment");
  };
  expect(acceptedVersions(await send(add(1)))).toEqual([1]);
  expect(await stored()).toHaveLength(1);
});

test("an append that was stored but not acknowledged is not doubled, and its senders learn their events", async () => {
  const { send, store, stored, release } = await busyHost();
  const waiting = Promise.all([send(add(1), { keys: key("k") }), send(add(-1)), send(add(2)), send(add(0))]);
  store.onAppend = (append) => append();
  let lost = false;
  const first = release();
  store.onAppend = async (append) => {
    const result = await append();
    if (lost) return result;
    lost = true;
    throw new StoreUnavailable("the acknowledgement got lost");
  };
  await first;
  const [one, rejected, two, nothing] = await waiting;
  expect(lost).toBe(true);
  expect([acceptedVersions(one), acceptedVersions(two), acceptedVersions(nothing)]).toEqual([[2], [3], []]);
  expect(one).toMatchObject({ replayed: false });
  expect(rejected).toMatchObject({ _tag: "Rejected" });
  expect(await stored()).toHaveLength(3);
  expect(await send(add(1), { keys: key("k") })).toMatchObject({ replayed: true });
});

test("a store that stays away is told of after three seconds, and the same command may be sent again then", async () => {
  let now = 0;
  const { send, store, stored } = counterHost({ now: () => now });
  store.onAppend = async () => {
    now += 2_000;
    throw new StoreUnavailable("gone");
  };
  expect(await send(add(1), { id: "cmd_x" })).toEqual({ _tag: "Unavailable", message: "gone" });
  expect(store.attempts).toHaveLength(2);
  store.onAppend = (append) => append();
  expect(acceptedVersions(await send(add(1), { id: "cmd_x" }))).toEqual([1]);
  expect(await stored()).toHaveLength(1);
});

test("while the store is away a command is given up on by its own age, not by its neighbours'", async () => {
  let now = 0;
  const { send, store, release } = await busyHost({ now: () => now });
  const old = send(add(1));
  now = 1_500;
  const young = send(add(1));
  void release();
  store.onAppend = async () => {
    now = 3_500;
    store.onAppend = (append) => append();
    throw new StoreUnavailable("gone");
  };
  expect([(await old)._tag, (await young)._tag]).toEqual(["Unavailable", "Accepted"]);
});

test("whatever hangs, every sender hears in time, and what was not begun by then is not carried out", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const counter = counterHost();
  const held = gate();
  counter.store.onAppend = (append) => held.hold(append);
  const underWay = counter.send(add(1, "first"));
  await held.arrived;
  const queued = counter.send(add(1));
  vi.advanceTimersByTime(3_500);
  expect([(await underWay)._tag, (await queued)._tag]).toEqual(["Unavailable", "Unavailable"]);
  held.open();
  await counter.host.stop();
  expect(await counter.stored()).toHaveLength(1);
});

test("a rival's commit is folded and the command decided again", async () => {
  const inner = new MemoryEventStore<CounterEvent>();
  const { send, stored, aggregate } = counterHost({ store: inner });
  await send(add(1));
  await inner.append(aggregate, 1, { scope: "_", type: "counter.added" }, counterCommit(aggregate, 2));
  expect(acceptedVersions(await send(add(5)))).toEqual([3]);
  expect((await stored())[2]!.payload).toMatchObject({ total: 7 });
});

test("conflicts without an end are given up on", async () => {
  let now = 0;
  const { send, store } = counterHost({ now: () => now });
  store.onAppend = async () => {
    now += 1_000;
    return { _tag: "Conflict" };
  };
  expect(await send(add(1))).toMatchObject({ _tag: "Unavailable" });
  expect(store.attempts).toHaveLength(3);
});

test("the queue is bounded", async () => {
  const { send, release } = await busyHost();
  const waiting = Array.from({ length: 2_048 }, () => send(add(1)));
  expect(await send(add(1))).toMatchObject({ _tag: "Unavailable" });
  await release();
  expect((await Promise.all(waiting)).every((reply) => reply._tag === "Accepted")).toBe(true);
  expect(await send(add(1))).toMatchObject({ _tag: "Accepted" });
});

test("a lease lost while commands queue up lets no further append happen", async () => {
  let owns = true;
  const { send, store, stored, release } = await busyHost({ ownership: { holds: () => owns } });
  const waiting = send(add(1));
  owns = false;
  expect(await release()).toMatchObject({ _tag: "Accepted" });
  expect(await waiting).toEqual({ _tag: "NotOwner" });
  expect(await send(add(1))).toEqual({ _tag: "NotOwner" });
  expect(store.attempts).toHaveLength(1);
  owns = true;
  expect(acceptedVersions(await send(add(1)))).toEqual([2]);
  expect(await stored()).toHaveLength(2);
});

test("a lease lost while the state is read lets no append happen", async () => {
  let owns = true;
  const { send, store } = counterHost({ ownership: { holds: () => owns } });
  store.onRead = async (read) => {
    owns = false;
    return read();
  };
  expect(await send(add(1))).toEqual({ _tag: "NotOwner" });
  expect(store.attempts).toHaveLength(0);
});

test("a gap in the log is a defect: nothing is decided on it", async () => {
  const warnings = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  const inner = new MemoryEventStore<CounterEvent>();
  const { send, store, aggregate } = counterHost({ store: inner });
  await inner.append(aggregate, 0, { scope: "_", type: "counter.added" }, counterCommit(aggregate, 2));
  expect(await send(add(1))).toMatchObject({ _tag: "Rejected", rejection: { code: "internal" } });
  expect(store.attempts).toHaveLength(0);
  expect(warnings.mock.calls[0]![0]).toMatchObject({ name: "VersionGap" });
  warnings.mockRestore();
});

test("a stopping host finishes what it took, and leaves everything else to the next owner", async () => {
  const { host, send, release } = await busyHost();
  const waiting = send(add(1));
  const stopped = host.stop();
  expect(await send(add(1))).toEqual({ _tag: "NotOwner" });
  await release();
  await stopped;
  expect(acceptedVersions(await waiting)).toEqual([2]);
});

test("the position is that of the newest commit, also before the actor was loaded", async () => {
  const { host, send, store, aggregate } = counterHost();
  expect(await host.position(aggregate)).toEqual({ version: 0, seq: 0 });
  await send(add(1));
  expect(await host.position(aggregate)).toEqual({ version: 1, seq: 1 });
  const elsewhere = counterHost({ store, snapshots: new MemorySnapshots() });
  expect(await elsewhere.host.position(aggregate)).toEqual({ version: 1, seq: 1 });
});
