import * as fc from "fast-check";
import { expect, test } from "vitest";
import { newId } from "../Ids.ts";
import {
  chatSubject,
  chatWorkspaceFilter,
  identityAccountFilter,
  identitySubject,
  liveSubject,
  partitionOf,
} from "./Subjects.ts";

test("a workspace's partition is pinned for ever", () => {
  const workspaces = [
    "wsp_01k9a0b1c2d3e4f5g6h7j8k9ma",
    "wsp_01k9a0b1c2d3e4f5g6h7j8k9mb",
    "wsp_00000000000000000000000000",
  ];
  expect(workspaces.map((id) => partitionOf(id, 16))).toEqual([5, 12, 6]);
  expect(workspaces.map((id) => partitionOf(id, 1))).toEqual([0, 0, 0]);
  expect(workspaces.map((id) => partitionOf(id, 7))).toEqual([2, 1, 4]);
  expect(partitionOf("", 16)).toBe(0x811c9dc5 % 16);
});

test("a partition lies within bounds, and is the same every time", () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 1_024 }), (workspace, partitions) => {
      const partition = partitionOf(workspace, partitions);
      expect(Number.isInteger(partition) && partition >= 0 && partition < partitions).toBe(true);
      expect(partitionOf(workspace, partitions)).toBe(partition);
    }),
  );
});

test("workspaces spread over all partitions", () => {
  const counts = Array.from({ length: 16 }, () => 0);
  for (let i = 0; i < 8_000; i++) counts[partitionOf(newId("wsp"), 16)]!++;
  for (const count of counts) {
    expect(count).toBeGreaterThan(350);
    expect(count).toBeLessThan(650);
  }
});

test("the subjects that integrators rely on", () => {
  expect(chatSubject(3, "wsp_1", "chn_1", "message.created")).toBe("chat.3.wsp_1.chn_1.message.created");
  expect(chatWorkspaceFilter(3, "wsp_1")).toBe("chat.3.wsp_1.>");
  expect(identitySubject("usr_1", "credential.issued")).toBe("identity.usr_1.credential.issued");
  expect(identityAccountFilter("usr_1")).toBe("identity.usr_1.>");
  expect(liveSubject("chat.3.>")).toBe("live.chat.3.>");
});
