import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { expect, test } from "vitest";
import { redactEvent } from "./redactEvent.ts";

const created = (fields: object) =>
  ({
    type: "message.created",
    payload: { message_id: "msg_1", author_id: "usr_1", channel_seq: 1, ...fields },
  }) as WorkspaceEvent;
const said = { body: "hi", meta: { sig: "s" } };

test("a deleted message keeps neither its text nor what was said of it", () => {
  const deleted = { deletedMessages: new Set(["msg_1"]), removedUploads: new Set<string>() };
  expect(redactEvent(created(said), deleted)).toEqual(created({ body: "" }));
  expect(redactEvent(created({ body: "", meta: said.meta }), deleted)).toEqual(created({ body: "" }));
});

test("any other is the very same", () => {
  const event = created(said);
  expect(redactEvent(event, { deletedMessages: new Set(), removedUploads: new Set() })).toBe(event);
});
