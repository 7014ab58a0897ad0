import { decodeCursor } from "@clickclack/protocol/Cursor";
import {
  type WorkspaceEvent,
  WorkspaceEventSchemas,
  type WorkspaceEventType,
} from "@clickclack/protocol/events/WorkspaceEvents";
import { newId } from "@clickclack/protocol/Ids";
import { describe, expect, test } from "vitest";
import { wireEvent } from "./wireEvent.ts";

const workspace_id = newId("wsp");

const stored = (type: WorkspaceEventType, payload: object, channel_id?: string): WorkspaceEvent =>
  ({
    id: "evt_1",
    type,
    v: 1,
    workspace_id,
    ...(channel_id !== undefined && { channel_id }),
    version: 7,
    at: "2026-01-02T03:04:05.678Z",
    actor: { user_id: "usr_secret", credential_id: "ses_secret" },
    causation_id: "cmd_secret",
    correlation_id: "trace",
    payload,
  }) as unknown as WorkspaceEvent;

const content = {
  message_id: "msg_1",
  author_id: "usr_1",
  body: "SECRET",
  quoted_message_id: "msg_0",
  quoted_body_snapshot: "SECRET",
  quoted_author_id: "usr_0",
  meta: { sig: "SECRET" },
};
const reaction = { message_id: "msg_1", emoji: "👍", user_id: "usr_1", count: 2 };

const pin = { channel_id: "chn_1", message_id: "msg_1", pinned_by: "usr_1" };

/** By type: what is stored, and the payload that clients are told. */
const cases: ReadonlyArray<readonly [WorkspaceEventType, object, object]> = [
  [
    "message.created",
    { ...content, channel_seq: 3, nonce: "n", topic_id: "t", kind: "k", turn_id: "u" },
    {
      message_id: "msg_1",
      author_id: "usr_1",
      nonce: "n",
      topic_id: "t",
      kind: "k",
      turn_id: "u",
      correlation_id: "trace",
    },
  ],
  [
    "thread.reply_created",
    { ...content, root_message_id: "msg_r", thread_seq: 4, nonce: "n" },
    { message_id: "msg_1", root_message_id: "msg_r", nonce: "n", correlation_id: "trace" },
  ],
  [
    "message.updated",
    { message_id: "msg_1", root_message_id: "msg_r", body: "SECRET" },
    { message_id: "msg_1", root_message_id: "msg_r" },
  ],
  [
    "message.attachment_added",
    { message_id: "msg_1", root_message_id: "msg_r", upload_id: "upl_1", byte_size: 1, attachment_count: 1 },
    { message_id: "msg_1", root_message_id: "msg_r" },
  ],
  [
    "message.deleted",
    { message_id: "msg_1", root_message_id: "msg_r" },
    { message_id: "msg_1", root_message_id: "msg_r" },
  ],
  [
    "thread.state_updated",
    { root_message_id: "msg_r", reply_count: 1, last_reply_author_ids: ["usr_1"] },
    { root_message_id: "msg_r" },
  ],
  ["reaction.added", reaction, reaction],
  ["reaction.removed", reaction, reaction],
  [
    "channel.created",
    { channel_id: "chn_1", kind: "private", created_by: "usr_1", name: "SECRET" },
    { channel_id: "chn_1" },
  ],
  [
    "channel.updated",
    { channel_id: "chn_1", archived: true, name: "SECRET" },
    { channel_id: "chn_1", archived: true },
  ],
  [
    "member.moderation_updated",
    { user_id: "usr_1", role: "member", blocked: true, timeout_until: "SECRET", moderation_note: "SECRET" },
    { user_id: "usr_1", role: "member" },
  ],
  [
    "workspace.ownership_transferred",
    { from: "usr_1", to: "usr_2" },
    { workspace_id, from: "usr_1", to: "usr_2" },
  ],
  ["workspace.updated", { name: "SECRET" }, { workspace_id }],
  ["pin.added", pin, pin],
  ["pin.removed", pin, pin],
];

const HIDDEN: ReadonlyArray<WorkspaceEventType> = [
  "workspace.created",
  "workspace.deleted",
  "member.nick_changed",
  "channel.topic_changed",
  "channel.modes_changed",
  "channel.invited",
  "dm.created",
  "topic.created",
  "member.added",
  "member.removed",
  "channel.member_added",
  "channel.member_removed",
  "upload.created",
  "upload.deleted",
  "invite.created",
  "invite.revoked",
  "invite.accepted",
];

/** What clients know by another name than the log. */
const shownAs = (type: WorkspaceEventType): string =>
  type === "message.attachment_added" ? "message.updated" : type;

describe.each(cases)("%s", (type, payload, told) => {
  const frame = wireEvent(stored(type, payload, "chn_1"), 42, 1_700_000_000)!;

  test("carries ids, and neither text nor who was signed in how", () => {
    expect(frame.payload).toEqual(told);
    expect(JSON.stringify(frame)).not.toMatch(/SECRET|secret/);
  });

  test("says where, when and in which place", () => {
    expect(frame).toMatchObject({
      id: "evt_1",
      type: shownAs(type),
      workspace_id,
      channel_id: "chn_1",
    });
    expect(frame.created_at).toBe("2026-01-02T03:04:05.678Z");
    expect(decodeCursor(frame.cursor, workspace_id, 1_700_000_000)).toMatchObject({ version: 7, seq: 42 });
    expect(frame.seq).toBe(type === "message.created" ? 3 : undefined);
  });
});

test("fields that are not there are left out", () => {
  const { payload } = wireEvent(stored("message.created", { ...content, channel_seq: 1 }, "chn_1"), 1, 1)!;
  expect(Object.keys(payload)).toEqual(["message_id", "author_id", "correlation_id"]);
  expect(wireEvent(stored("workspace.updated", {}), 1, 1)).not.toHaveProperty("channel_id");
});

test("what is said in a direct conversation names it instead of a channel, and whom it calls", () => {
  const says = { ...content, channel_seq: 3, mentioned_user_ids: ["usr_2"] };
  const frame = wireEvent(stored("message.created", says, "dm_1"), 1, 1)!;
  expect(frame).not.toHaveProperty("channel_id");
  expect(frame).toMatchObject({
    seq: 3,
    mentioned_user_ids: ["usr_2"],
    payload: { direct_conversation_id: "dm_1" },
  });
});

test("every type is either shown or hidden on purpose", () => {
  for (const type of HIDDEN) expect(wireEvent(stored(type, {}), 1, 1)).toBeUndefined();
  expect(new Set([...HIDDEN, ...cases.map(([type]) => type)])).toEqual(
    new Set(Object.keys(WorkspaceEventSchemas)),
  );
});
