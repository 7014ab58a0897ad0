import { newId } from "@clickclack/protocol/Ids";
import type { Commit } from "@clickclack/protocol/events/Commit";
import { headers } from "@nats-io/transport-node";
import { expect, onTestFinished, test } from "vitest";
import { freshNats } from "../../../test/support/services.ts";
import { until } from "../../../test/support/until.ts";
import { loadAggregate } from "./Aggregate.ts";
import type { StoredCommit } from "./EventStore.ts";
import { JetStreamLastValues } from "./JetStreamLastValues.ts";
import { LiveFeed } from "./LiveFeed.ts";
import { LogReader } from "./LogReader.ts";
import { Appender } from "./nats/Appender.ts";
import { Projector } from "./Projector.ts";
import { MemorySnapshots } from "./Snapshots.ts";
import { CounterDecider, type CounterEvent, upcastCounterEvent } from "./testing/Counter.ts";
import { counterHost } from "./testing/counterHost.ts";
import { connectFor, counterLog } from "./testing/natsFixture.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const stored = (aggregate: string, version: number, type: string, v: number, payload: object) => ({
  id: newId("evt"),
  type,
  v,
  workspace_id: aggregate,
  version,
  at: "2030-01-02T03:04:05.678Z",
  actor: { user_id: "usr_1" },
  causation_id: newId("cmd"),
  correlation_id: "cmd_1",
  payload,
});

/** A log as an older program left it: a part, touched once, which `part.touched` of format 1 tells in a field that is called `count`. */
const setUp = async () => {
  const nats = await connectFor((await freshNats()).url);
  const { log, store } = await counterLog(nats);
  const aggregate = newId("wsp");
  const append = async (seq: number, type: string, v: number, payload: object): Promise<number> => {
    const commit = { id: newId("cmt"), events: [stored(aggregate, seq + 1, type, v, payload)] };
    const route = { scope: "_", type };
    const result = await store.append(aggregate, seq, route, commit as unknown as Commit<CounterEvent>);
    if (result._tag === "Conflict") throw new Error("conflict");
    return result.seq;
  };
  const feed = new LiveFeed<CounterEvent>(nats, log, upcastCounterEvent);
  const live: Array<CounterEvent> = [];
  const following = await feed.follow(aggregate, ({ commit }) => void live.push(...commit.events));
  onTestFinished(() => following.stop());
  await append(await append(0, "part.made", 1, { part: "handle" }), "part.touched", 1, {
    part: "handle",
    count: 1,
  });
  const raw = async () => {
    const page = await new LogReader(nats, log).page(0, 0, 100);
    return page.flatMap(({ data }) => (JSON.parse(decoder.decode(data)) as Commit<object>).events);
  };
  return { nats, log, store, aggregate, append, live, raw };
};

const TOUCHED = { type: "part.touched", v: 2, payload: { part: "handle", times: 1 } };

test("whoever reads the store or follows it live gets an event of an older format in today's", async () => {
  const { store, aggregate, live, raw } = await setUp();
  const [, second] = await store.read(aggregate, 0, 10);
  expect(second!.commit.events).toMatchObject([TOUCHED]);
  expect((await store.readAt(aggregate, 2))!.commit.events).toMatchObject([TOUCHED]);
  expect(await store.position(aggregate)).toEqual({ version: 2, seq: 2 });
  await until(() => live.length === 2, { what: "both events" });
  expect(live[1]).toMatchObject(TOUCHED);
  // What is stored stays as it was written.
  expect((await raw())[1]).toMatchObject({ v: 1, payload: { part: "handle", count: 1 } });
});

test("an actor decides by what older events say, and stamps its own with today's format", async () => {
  const { store, aggregate, raw } = await setUp();
  const { host, submit } = counterHost({ store });
  onTestFinished(() => host.stop());
  const at = new Date().toISOString();
  const command = { type: "TouchPart", part: "handle" } as const;
  const envelope = {
    id: newId("cmd"),
    aggregate,
    at,
    actor: { user_id: "usr_1" },
    correlation_id: "x",
    command,
  };
  const reply = await submit(envelope);
  const touchedTwice = { type: "part.touched", v: 2, payload: { part: "handle", times: 2 } };
  expect(reply).toMatchObject({ _tag: "Accepted", events: [{ event: touchedTwice }] });
  expect((await raw()).at(-1)).toMatchObject(touchedTwice);
  expect(await submit(envelope)).toMatchObject({ events: [{ event: touchedTwice }] });
});

test("a state is the same from the whole log and from a snapshot at an event of an older format", async () => {
  const { store, aggregate, append } = await setUp();
  const snapshots = new MemorySnapshots();
  const load = () => loadAggregate(CounterDecider, store, snapshots, aggregate);
  const { state, version, seq, index } = await load();
  expect(state.parts).toEqual(new Map([["handle", 1]]));
  const { encode, version: format } = CounterDecider.snapshot;
  await snapshots.save(CounterDecider.log, aggregate, {
    format,
    version,
    seq,
    state: encode(state),
    ...index.toSnapshot(),
  });
  await append(2, "part.touched", 1, { part: "handle", count: 2 });
  await append(3, "part.touched", 2, { part: "handle", times: 3 });
  const fromSnapshot = await load();
  const anew = await loadAggregate(CounterDecider, store, new MemorySnapshots(), aggregate);
  expect(fromSnapshot).toMatchObject({ snapshotVersion: 2, version: 4, state: anew.state });
  expect(anew.state.parts).toEqual(new Map([["handle", 3]]));
});

test("a projector folds events of every format as today's", async () => {
  const { nats, log, append } = await setUp();
  await append(2, "part.touched", 2, { part: "handle", times: 2 });
  const folded: Array<CounterEvent> = [];
  const target = {
    projection: "counters",
    checkpoint: async () => 0,
    apply: async (_: number, __: number, ___: number, commits: ReadonlyArray<StoredCommit<CounterEvent>>) => {
      folded.push(...commits.flatMap(({ commit }) => commit.events));
      return true;
    },
  };
  const failures: Array<unknown> = [];
  const onFailure = (___: number, error: unknown) => void failures.push(error);
  const options = { nats, log, upcast: upcastCounterEvent, target, onProgress: () => undefined, onFailure };
  const projector = new Projector<CounterEvent>(options, 0);
  await until(() => folded.length === 3, { what: "three events" });
  await projector.stop();
  expect(folded.slice(1)).toMatchObject([TOUCHED, { v: 2, payload: { times: 2 } }]);
  expect(failures).toEqual([]);
});

test("a last value of an older format is read in today's", async () => {
  const { nats, aggregate } = await setUp();
  const values = new JetStreamLastValues(nats, "READS", "reads", upcastCounterEvent);
  const event = stored(aggregate, 0, "part.touched", 1, { part: "handle", count: 7 });
  const data = encoder.encode(JSON.stringify({ id: newId("cmt"), events: [event] }));
  await new Appender(nats).append(`reads.${aggregate}.usr_1.all`, data, headers());
  const found = await values.read([aggregate, "usr_1", "all"]);
  expect(found!.value).toMatchObject({ v: 2, payload: { part: "handle", times: 7 } });
});

test("an event of a format that this program does not know stops its readers", async () => {
  const { store, aggregate, append } = await setUp();
  await append(2, "part.touched", 3, { part: "handle", often: true });
  await expect(store.read(aggregate, 0, 10)).rejects.toThrow(/format 3; this program knows 2/);
});
