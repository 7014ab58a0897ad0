import { isId, newId } from "@clickclack/protocol/Ids";
import { expect, test } from "vitest";
import { conversationId } from "./conversationId.ts";

test("is the same for the same people, in whatever order and however often they are named", () => {
  const id = conversationId("wsp_a", ["usr_1", "usr_2", "usr_3"]);
  expect(conversationId("wsp_a", ["usr_3", "usr_1", "usr_2", "usr_1"])).toBe(id);
});

test("is another for other people, a part of them, or another workspace", () => {
  const ids = [
    conversationId("wsp_a", ["usr_1", "usr_2"]),
    conversationId("wsp_b", ["usr_1", "usr_2"]),
    conversationId("wsp_a", ["usr_1", "usr_3"]),
    conversationId("wsp_a", ["usr_1"]),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

test("has the form of an id, and never changes", () => {
  for (let i = 0; i < 500; i++)
    expect(isId("dm", conversationId(newId("wsp"), [newId("usr"), newId("usr")]))).toBe(true);
  expect(conversationId("wsp_a", ["usr_1", "usr_2"])).toMatchInlineSnapshot(
    `"dm_71rmshc3emwdn3p7j6qm0kbrfb"`,
  );
});
