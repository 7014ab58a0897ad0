import { expect, test } from "vitest";
import { shareOut } from "./LeaseKeeper.ts";

const PARTITIONS = 256;
const nodesOf = (count: number) => Array.from({ length: count }, (_, i) => `clickclack-worker-${i}`);
const ownersOf = (nodes: ReadonlyArray<string>, partitions = PARTITIONS) =>
  shareOut(nodes, "chat", partitions);
const sharesOf = (owners: ReadonlyArray<string>, nodes: ReadonlyArray<string>) =>
  nodes.map((node) => owners.filter((owner) => owner === node).length);

test("every node names the same owner, whatever order it knows the nodes in", () => {
  expect(ownersOf(nodesOf(5).toReversed())).toEqual(ownersOf(nodesOf(5)));
});

test.each([
  { nodes: 1, partitions: 1 },
  { nodes: 2, partitions: 4 },
  { nodes: 3, partitions: 16 },
  { nodes: 5, partitions: 256 },
  { nodes: 7, partitions: 16 },
])(
  "$partitions partitions over $nodes nodes: each has an owner, and no node has more than its share",
  (given) => {
    const nodes = nodesOf(given.nodes);
    const owners = ownersOf(nodes, given.partitions);
    expect(owners).not.toContain("");
    expect(Math.max(...sharesOf(owners, nodes))).toBe(Math.ceil(given.partitions / given.nodes));
  },
);

test("of two nodes neither is left idle, whatever their names are", () => {
  for (let i = 0; i < 200; i++) {
    const nodes = [`node-${i}`, `other-${i}`];
    expect(sharesOf(ownersOf(nodes, 4), nodes)).toEqual([2, 2]);
  }
});

test("a node that goes moves what it held, spread over the others, and little else", () => {
  const before = ownersOf(nodesOf(4));
  const after = ownersOf(nodesOf(3));
  const moved = before.flatMap((owner, i) => (owner === after[i] ? [] : [{ from: owner, to: after[i] }]));
  expect(new Set(moved.map(({ to }) => to)).size).toBe(3);
  expect(moved.length).toBeLessThan(PARTITIONS / 4 + PARTITIONS / 10);
});

test("without nodes nobody owns anything", () => {
  expect(ownersOf([], 2)).toEqual(["", ""]);
});
