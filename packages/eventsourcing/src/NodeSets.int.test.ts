import { expect, test } from "vitest";
import { freshNats } from "../../../test/support/services.ts";
import { NodeSets } from "./NodeSets.ts";
import { connectFor } from "./testing/natsFixture.ts";

/** So many nodes on a bucket of their own. */
const openNodes = async (count: number): Promise<ReadonlyArray<NodeSets>> => {
  const { url } = await freshNats();
  const open = async (node: string) =>
    NodeSets.open(await connectFor(url), "presence", { node, replicas: 1 });
  return Promise.all(Array.from({ length: count }, (_, i) => open(`node-${i}`)));
};

test("the first node to have a key and the last to let it go are told, and no other", async () => {
  const [a, b] = (await openNodes(2)) as [NodeSets, NodeSets];
  expect(await a.join("w.ann")).toBe(true);
  expect(await b.join("w.ann")).toBe(false);
  expect(await a.leave("w.ann")).toBe(false);
  expect(await b.leave("w.ann")).toBe(true);
  expect(await b.leave("w.ann")).toBe(false);
  expect(await b.join("w.ann")).toBe(true);
});

test("of many nodes at once one is the first, and one the last", async () => {
  const nodes = await openNodes(6);
  const first = await Promise.all(nodes.map((node) => node.join("w.ann")));
  expect(first.filter(Boolean)).toHaveLength(1);
  const last = await Promise.all(nodes.map((node) => node.leave("w.ann")));
  expect(last.filter(Boolean)).toHaveLength(1);
});

test("the list has what some node has below a prefix, since the first of them came", async () => {
  const [a, b] = (await openNodes(2)) as [NodeSets, NodeSets];
  const before = Date.now();
  await a.join("w.ann");
  const between = Date.now();
  await b.join("w.ann");
  await b.join("w.bob");
  await b.join("v.cleo");
  await a.join("w.gone");
  await a.leave("w.gone");
  const list = (await b.list("w")).toSorted((x, y) => x.key.localeCompare(y.key));
  expect(list.map(({ key }) => key)).toEqual(["w.ann", "w.bob"]);
  expect(list[0]!.since).toBeGreaterThanOrEqual(before);
  expect(list[0]!.since).toBeLessThanOrEqual(between);
  expect(await a.list("nobody")).toEqual([]);
});

test("a node that closes gives back what it has", async () => {
  const [a, b] = (await openNodes(2)) as [NodeSets, NodeSets];
  await Promise.all([a.join("w.ann"), a.join("w.bob"), b.join("w.bob")]);
  await a.close();
  expect((await b.list("w")).map(({ key }) => key)).toEqual(["w.bob"]);
  await b.close();
});
