import { expect, test, vi } from "vitest";
import { StoreUnavailable } from "./EventStore.ts";
import type { ReadParts } from "./MissingParts.ts";
import { CounterDecider, MAX_PARTS, type RestoredPart } from "./testing/Counter.ts";
import { acceptedVersions, counterHost, gate } from "./testing/counterHost.ts";

const add = { type: "Add", amount: 1 } as const;
const touch = (part: string) => ({ type: "TouchPart", part }) as const;

/** Reads of parts that a test answers by hand. */
const slowReads = () => {
  const asked: Array<{
    readonly ids: ReadonlyArray<string>;
    readonly version: number;
    readonly answer: (parts: ReadonlyArray<RestoredPart>) => void;
    readonly fail: (error: Error) => void;
  }> = [];
  const readParts: ReadParts = (_aggregate, ids, { version }) =>
    new Promise((answer, fail) => asked.push({ ids, version, answer, fail }));
  const next = (count: number) => vi.waitFor(() => expect(asked).toHaveLength(count), { interval: 1 });
  return { asked, readParts, next };
};

/** A counter whose part `old` is no longer in its state. */
const forgetful = async (options: Parameters<typeof counterHost>[0] = {}) => {
  const reads = slowReads();
  const counter = counterHost({ readParts: reads.readParts, ...options });
  await counter.send({ type: "MakePart", part: "old" });
  for (let i = 0; i < MAX_PARTS; i++) await counter.send({ type: "MakePart", part: `new${i}` });
  return { ...counter, ...reads };
};

test("a command about a part that was let go waits for it, while others go on", async () => {
  const { send, asked, next, stored } = await forgetful();
  const waiting = send(touch("old"));
  await next(1);
  expect(asked[0]).toMatchObject({ ids: ["old"], version: 1 + MAX_PARTS });
  expect(acceptedVersions(await send(add))).toEqual([5]);
  expect(acceptedVersions(await send(touch("new2")))).toEqual([6]);
  asked[0]!.answer([{ part: "old", times: 7 }]);
  expect(acceptedVersions(await waiting)).toEqual([7]);
  expect((await stored()).at(-1)!.payload).toEqual({ part: "old", times: 8 });
  expect(acceptedVersions(await send(touch("old")))).toEqual([8]);
  expect(asked).toHaveLength(1);
});

test("commands about one part wait for one read, and keep their order", async () => {
  const { send, asked, next, stored } = await forgetful();
  const first = [send(touch("old"), { id: "c1" }), send(touch("old"), { id: "c2" })];
  await next(1);
  await send(add);
  const all = [...first, send(touch("old"), { id: "c3" })];
  await send(add);
  expect(asked).toHaveLength(1);
  asked[0]!.answer([{ part: "old", times: 0 }]);
  await Promise.all(all);
  const touched = (await stored()).filter(({ type }) => type === "part.touched");
  expect(touched.map(({ causation_id, payload }) => [causation_id, payload])).toEqual(
    ["c1", "c2", "c3"].map((id, i) => [id, { part: "old", times: i + 1 }]),
  );
});

test("a part that does not exist is restored as such", async () => {
  const { send, asked, next } = await forgetful();
  const waiting = send(touch("never"));
  await next(1);
  asked[0]!.answer([{ part: "never", times: null }]);
  expect(await waiting).toMatchObject({ _tag: "Rejected", rejection: { code: "not_found" } });
});

test("when parts cannot be read, commands about them are unavailable and nothing else is", async () => {
  const { send, asked, next, host } = await forgetful();
  const waiting = [send(touch("old")), send(touch("old"))];
  await next(1);
  asked[0]!.fail(new Error("the read model is away"));
  for (const reply of await Promise.all(waiting)) {
    expect(reply).toEqual({ _tag: "Unavailable", message: "the read model is away" });
  }
  expect(acceptedVersions(await send(add))).toEqual([5]);
  await host.stop();
});

test("a reader that throws at once, or brings nothing, ends in unavailable", async () => {
  const broken = await forgetful({
    readParts: () => {
      throw new TypeError("a bug in the reader");
    },
  });
  expect(await broken.send(touch("old"))).toMatchObject({ _tag: "Unavailable" });
  const empty = await forgetful({ readParts: async () => [] });
  expect(await empty.send(touch("old"))).toMatchObject({ _tag: "Unavailable" });
  expect(acceptedVersions(await empty.send(add))).toEqual([5]);
});

test("a part that was read before the state was read anew is read again", async () => {
  const { send, asked, next, store, stored } = await forgetful();
  const waiting = send(touch("old"));
  await next(1);
  store.onAppend = async (append) => {
    store.onAppend = (step) => step();
    await append();
    throw new StoreUnavailable("the acknowledgement got lost");
  };
  await send(add);
  asked[0]!.answer([{ part: "old", times: 99 }]);
  await next(2);
  expect(asked[1]).toMatchObject({ ids: ["old"], version: 5 });
  asked[1]!.answer([{ part: "old", times: 3 }]);
  await waiting;
  expect((await stored()).at(-1)!.payload).toEqual({ part: "old", times: 4 });
});

test("a part that an earlier command of the same batch pushes out is read, not taken for absent", async () => {
  const oneRoute = { ...CounterDecider, route: () => ({ scope: "_", type: "counter.added" }) };
  const { send, asked, next, store } = await forgetful({ decider: oneRoute });
  const held = gate();
  store.onAppend = (append) => held.hold(append);
  const first = send(add);
  await held.arrived;
  const batch = [send({ type: "MakePart", part: "newest" }), send(touch("new0"))];
  held.open();
  await first;
  await next(1);
  expect(store.attempts.at(-1)!.commit.events.map(({ type }) => type)).toEqual(["part.made"]);
  expect(asked[0]).toMatchObject({ ids: ["new0"], version: 6 });
  asked[0]!.answer([{ part: "new0", times: 0 }]);
  expect((await Promise.all(batch)).flatMap(acceptedVersions)).toEqual([6, 7]);
});

test("a stopping host waits for commands that wait for parts", async () => {
  const { send, asked, next, host } = await forgetful();
  const waiting = send(touch("old"));
  await next(1);
  let stopped = false;
  const stopping = host.stop().then(() => (stopped = true));
  await Promise.resolve();
  expect(stopped).toBe(false);
  asked[0]!.answer([{ part: "old", times: 0 }]);
  await stopping;
  expect(acceptedVersions(await waiting)).toEqual([5]);
});

test("commands that wait for parts count towards the queue's bound", async () => {
  const { send, asked, next } = await forgetful();
  const waiting = Array.from({ length: 2_048 }, () => send(touch("old")));
  await next(1);
  await vi.waitFor(async () => expect((await send(add))._tag).toBe("Unavailable"), { interval: 1 });
  asked[0]!.answer([{ part: "old", times: 0 }]);
  expect((await Promise.all(waiting)).every(({ _tag }) => _tag === "Accepted")).toBe(true);
  expect((await send(add))._tag).toBe("Accepted");
});
