import { expect, onTestFinished, test } from "vitest";
import { freshNats } from "../../../test/support/services.ts";
import { until } from "../../../test/support/until.ts";
import { LeaseKeeper } from "./LeaseKeeper.ts";
import { connectFor } from "./testing/natsFixture.ts";

const PARTITIONS = 8;
const WANTED = [{ log: "chat", partitions: PARTITIONS }];

/** Keepers on one account, and whether a partition ever had two holders when it was gained. */
const cluster = async () => {
  const { url } = await freshNats();
  const keepers = new Map<string, LeaseKeeper>();
  const overlaps: Array<number> = [];
  const join = async (node: string) => {
    const nats = await connectFor(url);
    const keeper: LeaseKeeper = await LeaseKeeper.start(nats, {
      node,
      replicas: 1,
      wanted: WANTED,
      onGained: (log, partition) => {
        const others = [...keepers].filter(([name]) => name !== node);
        if (others.some(([, other]) => other.holds(log, partition))) overlaps.push(partition);
      },
      onLost: () => undefined,
    });
    keepers.set(node, keeper);
    onTestFinished(() => keeper.stop());
    return { keeper, nats };
  };
  return { join, overlaps };
};

const heldBy = (keeper: LeaseKeeper): ReadonlyArray<number> =>
  Array.from({ length: PARTITIONS }, (_, partition) => partition).filter((p) => keeper.holds("chat", p));

test("a single node holds everything as soon as it has started, and nothing once it has stopped", async () => {
  const { join } = await cluster();
  const { keeper } = await join("one");
  expect(heldBy(keeper)).toHaveLength(PARTITIONS);
  expect(keeper.holds("other", 0)).toBe(false);
  await keeper.stop();
  expect(heldBy(keeper)).toEqual([]);
});

test("a node that joins takes its share over, and each partition has one holder at a time", async () => {
  const { join, overlaps } = await cluster();
  const one = await join("one");
  const two = await join("two");
  await until(() => heldBy(two.keeper).length > 0 && all(one.keeper, two.keeper), {
    what: "a share for each",
  });
  expect(heldBy(one.keeper).length).toBeGreaterThan(0);
  expect(overlaps).toEqual([]);
});

test("a node that leaves in order is replaced within two rounds", async () => {
  const { join } = await cluster();
  const one = await join("one");
  const two = await join("two");
  await until(() => heldBy(two.keeper).length > 0 && all(one.keeper, two.keeper), {
    what: "a share for each",
  });
  await one.keeper.stop();
  const started = performance.now();
  await until(() => heldBy(two.keeper).length === PARTITIONS, { what: "the rest" });
  expect(performance.now() - started).toBeLessThan(3_000);
});

test("a node that vanished is replaced after its leases ran out, and knows by then that it lost them", async () => {
  const { join, overlaps } = await cluster();
  const one = await join("one");
  const two = await join("two");
  await one.nats.close();
  const everything = () => heldBy(two.keeper).length === PARTITIONS;
  await until(everything, { what: "the vanished node's share", deadlineMs: 15_000 });
  expect(heldBy(one.keeper)).toEqual([]);
  expect(overlaps).toEqual([]);
});

test("the same node takes its own leases back at once after a crash", async () => {
  const { join } = await cluster();
  const before = await join("one");
  await before.nats.close();
  const after = await join("one");
  expect(heldBy(after.keeper)).toHaveLength(PARTITIONS);
});

test("a node's name must be one that a lease can carry", async () => {
  const { join } = await cluster();
  await expect(join("a node with spaces")).rejects.toThrow(/name/);
});

const all = (...keepers: ReadonlyArray<LeaseKeeper>): boolean =>
  keepers.reduce((sum, keeper) => sum + heldBy(keeper).length, 0) === PARTITIONS;
