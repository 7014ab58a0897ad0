import { newId } from "@clickclack/protocol/Ids";
import { expect, onTestFinished, test } from "vitest";
import { freshNats } from "../../../test/support/services.ts";
import { until } from "../../../test/support/until.ts";
import type { EventLog } from "./EventLog.ts";
import type { StoredCommit } from "./EventStore.ts";
import type { Nats } from "./nats/Nats.ts";
import { type ProjectionTarget, Projector } from "./Projector.ts";
import { type CounterEvent, upcastCounterEvent } from "./testing/Counter.ts";
import { counterCommit } from "./testing/EventStoreContract.ts";
import { connectFor, counterLog } from "./testing/natsFixture.ts";

const ROUTE = { scope: "_", type: "counter.added" };

/** Rows and a checkpoint that move together, as in a database. */
class MemoryTarget implements ProjectionTarget<CounterEvent> {
  readonly projection = "test";
  readonly folded: Array<number> = [];
  at = 0;
  refused = 0;
  beforeApply: () => Promise<void> = async () => undefined;

  async checkpoint(): Promise<number> {
    return this.at;
  }

  async apply(
    _partition: number,
    from: number,
    to: number,
    commits: ReadonlyArray<StoredCommit<CounterEvent>>,
  ): Promise<boolean> {
    await this.beforeApply();
    if (this.at !== from) {
      this.refused++;
      return false;
    }
    this.folded.push(...commits.map(({ seq }) => seq));
    this.at = to;
    return true;
  }
}

const setUp = async () => {
  const { url } = await freshNats();
  const nats = await connectFor(url);
  const { log, store } = await counterLog(nats);
  const aggregate = newId("wsp");
  let last = { seq: 0, version: 0 };
  const write = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const result = await store.append(
        aggregate,
        last.seq,
        ROUTE,
        counterCommit(aggregate, last.version + 1),
      );
      if (result._tag === "Conflict") throw new Error("conflict");
      last = { seq: result.seq, version: last.version + 1 };
    }
    return last.seq;
  };
  return { url, nats, log, write };
};

const project = (nats: Nats, log: EventLog, target: MemoryTarget) => {
  const progress: Array<number> = [];
  const failures: Array<unknown> = [];
  const projector = new Projector<CounterEvent>(
    {
      nats,
      log,
      target,
      upcast: upcastCounterEvent,
      onProgress: (_, seq) => progress.push(seq),
      onFailure: (_, error) => failures.push(error),
    },
    0,
  );
  onTestFinished(() => projector.stop());
  return { projector, progress, failures };
};

const upTo = (seq: number) => Array.from({ length: seq }, (_, i) => i + 1);

test("a projector folds what is there, follows what comes, and goes on from its checkpoint", async () => {
  const { nats, log, write } = await setUp();
  const target = new MemoryTarget();
  await write(1_500);
  const first = project(nats, log, target);
  await until(() => target.at === 1_500, { what: "the backlog" });
  const started = performance.now();
  const live = await write(1);
  await until(() => target.at === live, { what: "the live commit", everyMs: 1 });
  expect(performance.now() - started).toBeLessThan(400);
  await first.projector.stop();
  const later = await write(10);
  expect(target.at).toBe(live);
  const second = project(nats, log, target);
  await until(() => target.at === later, { what: "what came meanwhile" });
  expect(target.folded).toEqual(upTo(later));
  expect(second.progress[0]).toBe(live);
  expect(second.progress.at(-1)).toBe(later);
  expect([...first.failures, ...second.failures]).toEqual([]);
});

test("a projector tells of a target that fails, and goes on once it works again", async () => {
  const { nats, log, write } = await setUp();
  const target = new MemoryTarget();
  let fail = true;
  target.beforeApply = async () => {
    if (fail) throw new Error("the database is away");
  };
  const { failures } = project(nats, log, target);
  const last = await write(5);
  await until(() => failures.length >= 2, { what: "failures" });
  expect(target.folded).toEqual([]);
  fail = false;
  await until(() => target.at === last, { what: "the target to be folded" });
  expect(target.folded).toEqual(upTo(last));
});

test("two projectors on one target never fold a commit twice", async () => {
  const { url, log, nats, write } = await setUp();
  const target = new MemoryTarget();
  // Both come to apply the same commits before one of them does.
  let together: (() => void) | undefined;
  target.beforeApply = () =>
    new Promise((resume) => {
      if (together) together();
      together = resume;
      setImmediate(resume);
    });
  const projectors = [project(nats, log, target), project(await connectFor(url), log, target)];
  const last = await write(300);
  await until(() => target.at === last, { what: "all commits" });
  expect(target.folded).toEqual(upTo(last));
  expect(target.refused).toBeGreaterThan(0);
  expect(projectors.flatMap(({ failures }) => failures)).toEqual([]);
});
