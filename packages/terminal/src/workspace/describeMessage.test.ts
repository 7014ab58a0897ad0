import type { Message } from "@clickclack/protocol/http/shapes";
import { expect, test } from "vitest";
import { describeMessage, describeSize } from "./describeMessage.ts";
import { People } from "./People.ts";
import { Remote } from "./Remote.ts";
import { ClickClack } from "@clickclack/sdk/ClickClack";

const url = "http://127.0.0.1:1";
const people = new People(new Remote(new ClickClack({ url }), () => undefined), "wsp_1");
people.see({ id: "usr_a", handle: "ada" });

const described = (more: Partial<Message>) => {
  const message: Message = {
    id: "msg_1",
    workspace_id: "wsp_1",
    author_id: "usr_a",
    thread_root_id: "msg_1",
    body: "hello",
    body_format: "markdown",
    created_at: "2026-11-28T00:00:00.000Z",
    channel_id: "chn_1",
    ...more,
  };
  return describeMessage(message, { room: "general" }, { people, url });
};

test("a message is told by its author's name, as it was written", () => {
  expect(described({ body: "**bold** `code`" })).toEqual({
    id: "msg_1",
    ts: "2026-11-28T00:00:00.000Z",
    username: "ada",
    room: "general",
    text: "**bold** `code`",
    missed: false,
    history: false,
  });
  expect(described({ author_id: "usr_unknown" }).username).toBe("somebody");
});

test("nothing of it acts on a terminal", () => {
  const author = { handle: "\u001b[2Jeve" } as Message["author"] & object;
  const hostile = described({ body: "a\u001b]0;x\u0007b", author: { ...author, id: "usr_e" } });
  expect([hostile.username, hostile.text]).toEqual(["[2Jeve", "a]0;xb"]);
});

test("files, quotations, actions and deletion are told in words", () => {
  const upload = { id: "upl_1", filename: "a\n.txt", byte_size: 12_345 } as NonNullable<
    Message["attachments"]
  >[number];
  expect(described({ body: "", attachments: [upload] }).text).toBe(
    "[file a .txt, 12 kB: http://127.0.0.1:1/api/uploads/upl_1]",
  );
  expect(described({ quoted_body_snapshot: "x".repeat(100) }).text).toBe(`> ${"x".repeat(80)}…\nhello`);
  expect(described({ kind: "action", body: "waves" })).toMatchObject({ text: "waves", action: true });
  expect(described({ body: "", deleted_at: "2026-11-28T00:00:00.000Z" }).text).toBe("(deleted)");
});

test("what became of it is told too", () => {
  const thread_state = { root_message_id: "msg_1", reply_count: 2, last_reply_author_ids: [] };
  const reactions = [{ emoji: "👍", count: 1, reacted_by_me: true }];
  expect(described({ edited_at: "2026-11-28T00:00:01.000Z", thread_state, reactions })).toMatchObject({
    edited: true,
    replies: 2,
    reactions: [{ emoji: "👍", count: 1, own: true }],
  });
  expect(described({ id: "msg_2" })).toMatchObject({ thread: "msg_1" });
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_500, "1.5 kB"],
  [64_000_000, "64 MB"],
  [5e12, "5000 GB"],
])("%d bytes are %s", (bytes, shown) => {
  expect(describeSize(bytes)).toBe(shown);
});
