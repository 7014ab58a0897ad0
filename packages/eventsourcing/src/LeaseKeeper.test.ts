import { expect, test } from "vitest";
import { rendezvous } from "./LeaseKeeper.ts";

const PARTITIONS = 256;
const nodesOf = (count: number) => Array.from({ length: count }, (_, i) => `clickclack-worker-${i}`);
const ownersOf = (nodes: ReadonlyArray<string>) =>
  Array.from({ length: PARTITIONS }, (_, partition) => rendezvous(nodes, "chat", partition));

test("every node names the same owner, whatever order it knows the nodes in", () => {
  expect(ownersOf(nodesOf(5).toReversed())).toEqual(ownersOf(nodesOf(5)));
});

test.each([2, 3, 5])("partitions spread over %i nodes", (count) => {
  const owners = ownersOf(nodesOf(count));
  for (const node of nodesOf(count)) {
    const share = owners.filter((owner) => owner === node).length / PARTITIONS;
    expect(share).toBeGreaterThan(0.5 / count);
    expect(share).toBeLessThan(1.6 / count);
  }
});

test("a node that goes moves only what it held, and spreads it over the others", () => {
  const before = ownersOf(nodesOf(4));
  const after = ownersOf(nodesOf(3));
  const moved = before.flatMap((owner, i) => (owner === after[i] ? [] : [{ from: owner, to: after[i] }]));
  expect(new Set(moved.map(({ from }) => from))).toEqual(new Set(["clickclack-worker-3"]));
  expect(new Set(moved.map(({ to }) => to)).size).toBe(3);
});

test("without nodes nobody owns anything", () => {
  expect(rendezvous([], "chat", 0)).toBe("");
});
