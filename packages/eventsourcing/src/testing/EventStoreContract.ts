import { newId } from "@clickclack/protocol/Ids";
import type { Commit } from "@clickclack/protocol/events/Commit";
import { beforeAll, describe, expect, test } from "vitest";
import { type EventStore, START } from "../EventStore.ts";
import type { CounterEvent } from "./Counter.ts";

const ROUTE = { scope: "_", type: "counter.added" };

/** A commit of `count` events from version `first` on. */
export const counterCommit = (
  aggregate: string,
  first: number,
  count = 1,
  note = "",
): Commit<CounterEvent> => ({
  id: newId("cmt"),
  events: Array.from({ length: count }, (_, i) => ({
    id: newId("evt"),
    type: "counter.added",
    v: 1,
    workspace_id: aggregate,
    version: first + i,
    at: "2030-01-02T03:04:05.678Z",
    actor: { user_id: "usr_1" },
    causation_id: "cmd_1",
    correlation_id: "cmd_1",
    payload: { amount: 1, total: first + i, note },
  })),
});

/** What every event store promises. All aggregates of the store that `open` gives share one stream. */
export const eventStoreContract = (name: string, open: () => Promise<EventStore<CounterEvent>>): void => {
  describe(name, () => {
    let store: EventStore<CounterEvent>;

    beforeAll(async () => {
      store = await open();
    });

    const append = async (
      aggregate: string,
      expected: number,
      commit: Commit<CounterEvent>,
    ): Promise<number> => {
      const result = await store.append(aggregate, expected, ROUTE, commit);
      if (result._tag === "Conflict") throw new Error(`conflict at ${expected}`);
      return result.seq;
    };

    const appendMany = async (
      aggregate: string,
      count: number,
      note = "",
    ): Promise<ReadonlyArray<number>> => {
      const seqs: Array<number> = [];
      for (let i = 0; i < count; i++) {
        seqs.push(await append(aggregate, seqs.at(-1) ?? 0, counterCommit(aggregate, i + 1, 1, note)));
      }
      return seqs;
    };

    test("an aggregate that nobody wrote to is empty", async () => {
      const aggregate = newId("wsp");
      expect(await store.read(aggregate, 0, 10)).toEqual([]);
      expect(await store.position(aggregate)).toEqual(START);
    });

    test("what was appended is read as it was written", async () => {
      const aggregate = newId("wsp");
      const keys = [{ key: "k", fingerprint: "f", first: 1, last: 3 }];
      const commit = { ...counterCommit(aggregate, 1, 3, "héllo 🎉"), keys };
      const seq = await append(aggregate, 0, commit);
      expect(await store.read(aggregate, 0, 10)).toEqual([{ aggregate, commit, seq }]);
      expect(await store.readAt(aggregate, seq)).toEqual({ aggregate, commit, seq });
      expect(await store.position(aggregate)).toEqual({ version: 3, seq });
    });

    test("an append behind or ahead of the aggregate's last commit is a conflict and stores nothing", async () => {
      const aggregate = newId("wsp");
      const [first, second] = await appendMany(aggregate, 2);
      for (const expected of [0, first!, second! + 1]) {
        const result = await store.append(aggregate, expected, ROUTE, counterCommit(aggregate, 3));
        expect(result).toEqual({ _tag: "Conflict" });
      }
      expect(await store.position(aggregate)).toEqual({ version: 2, seq: second });
    });

    test("of rivals that append at the same place one succeeds", async () => {
      const aggregate = newId("wsp");
      const commits = Array.from({ length: 10 }, () => counterCommit(aggregate, 1));
      const results = await Promise.all(commits.map((commit) => store.append(aggregate, 0, ROUTE, commit)));
      expect(results.filter(({ _tag }) => _tag === "Appended")).toHaveLength(1);
      expect(await store.read(aggregate, 0, 10)).toHaveLength(1);
    });

    test("the same commit appended twice is stored once", async () => {
      const aggregate = newId("wsp");
      const commit = counterCommit(aggregate, 1);
      const seq = await append(aggregate, 0, commit);
      expect(await store.append(aggregate, 0, ROUTE, commit)).toEqual({ _tag: "Conflict" });
      expect(await append(aggregate, seq, commit)).toBe(seq);
      expect(await store.read(aggregate, 0, 10)).toHaveLength(1);
    });

    test("reading pages through more than a thousand commits, each once and in order", async () => {
      const aggregate = newId("wsp");
      const seqs = await appendMany(aggregate, 1_100);
      const all = await store.read(aggregate, 0, 5_000);
      expect(all.map(({ seq }) => seq)).toEqual(seqs);
      const exactly = await store.read(aggregate, 0, 1_000);
      expect(exactly.map(({ seq }) => seq)).toEqual(seqs.slice(0, 1_000));
      const tail = await store.read(aggregate, exactly.at(-1)!.seq, 1_000);
      expect(tail.map(({ commit }) => commit.events[0]!.version)).toEqual(
        Array.from({ length: 100 }, (_, i) => 1_001 + i),
      );
      expect(await store.read(aggregate, seqs.at(-1)!, 10)).toEqual([]);
    });

    test("commits of many megabytes together are read whole", async () => {
      const aggregate = newId("wsp");
      const seqs = await appendMany(aggregate, 14, "x".repeat(900_000));
      expect((await store.read(aggregate, 0, 100)).map(({ seq }) => seq)).toEqual(seqs);
      expect((await store.read(aggregate, seqs[2]!, 10)).map(({ seq }) => seq)).toEqual(seqs.slice(3, 13));
    });

    test("two aggregates that write in turn do not see each other", async () => {
      const [one, other] = [newId("wsp"), newId("wsp")];
      const seqs: Record<string, Array<number>> = { [one]: [], [other]: [] };
      for (let version = 1; version <= 20; version++) {
        for (const aggregate of [one, other]) {
          const own = seqs[aggregate]!;
          own.push(await append(aggregate, own.at(-1) ?? 0, counterCommit(aggregate, version)));
        }
      }
      for (const aggregate of [one, other]) {
        const read = await store.read(aggregate, 0, 100);
        expect(read.map(({ seq }) => seq)).toEqual(seqs[aggregate]);
        expect(new Set(read.map((stored) => stored.aggregate))).toEqual(new Set([aggregate]));
        expect(await store.position(aggregate)).toEqual({ version: 20, seq: seqs[aggregate]!.at(-1) });
      }
      expect(await store.readAt(one, seqs[other]![0]!)).toBeUndefined();
      expect(await store.readAt(one, seqs[other]!.at(-1)! + 1_000)).toBeUndefined();
    });
  });
};
