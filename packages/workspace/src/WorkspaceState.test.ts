import { describe, expect, test } from "vitest";
import { ANN, BOB, GENERAL } from "./testing/acme.ts";
import { History } from "./testing/History.ts";
import { WorkspaceDecider } from "./WorkspaceDecider.ts";
import { MAX_HEADS } from "./WorkspaceState.ts";

const post = (messageId: string) => ({
  by: ANN,
  command: { type: "PostMessage", channelId: GENERAL, messageId, body: "hi" } as const,
});
const reply = (rootId: string, messageId: string) => ({
  by: BOB,
  command: { type: "ReplyInThread", channelId: GENERAL, rootId, messageId, body: "yes" } as const,
});
const remove = (messageId: string) => ({
  by: ANN,
  command: { type: "DeleteMessage", channelId: GENERAL, messageId } as const,
});

/** A thread, and so much after it that its heads were let go. */
const longAgo = () => {
  const history = new History();
  for (const step of [post("msg_old"), reply("msg_old", "msg_reply")]) history.take(step);
  const heads = new Map(history.state.heads);
  // Heads are let go when there are a quarter too many: with the last of these.
  for (let i = 0; i < MAX_HEADS * 1.25 - 1; i++) history.take(post(`msg_${i}`));
  return { history, heads };
};

describe("a head that was let go", () => {
  test("is named as missing by the commands about it, and by no others", () => {
    const { history } = longAgo();
    expect(history.state.heads.size).toBe(MAX_HEADS);
    const missing = ({
      command,
    }: {
      readonly command: Parameters<NonNullable<typeof WorkspaceDecider.missing>>[1];
    }) => WorkspaceDecider.missing!(history.state, command);
    const target = { channelId: GENERAL, messageId: "msg_old" };
    expect(missing(reply("msg_old", "msg_new"))).toEqual(["msg_old"]);
    expect(missing(remove("msg_old"))).toEqual(["msg_old"]);
    expect(missing({ command: { type: "EditMessage", ...target, body: "" } })).toEqual(["msg_old"]);
    expect(missing({ command: { type: "AddReaction", ...target, emoji: "x" } })).toEqual(["msg_old"]);
    expect(missing({ command: { type: "RemoveReaction", ...target, emoji: "x" } })).toEqual(["msg_old"]);
    expect(missing(post("msg_new"))).toEqual([]);
    expect(missing(reply("msg_6000", "msg_new"))).toEqual([]);
  });

  test("decides as if it had never gone once it was restored", () => {
    const { history, heads } = longAgo();
    WorkspaceDecider.restore!(history.state, [{ id: "msg_old", head: heads.get("msg_old")! }]);
    const came = history.take(reply("msg_old", "msg_new"));
    expect(came).toMatchObject([{ payload: { thread_seq: 2 } }, { payload: { reply_count: 2 } }]);
    expect(history.state.heads.size).toBeLessThanOrEqual(MAX_HEADS * 1.25);
  });

  test("of a reply that is to be deleted asks for its root too", () => {
    const { history, heads } = longAgo();
    WorkspaceDecider.restore!(history.state, [{ id: "msg_reply", head: heads.get("msg_reply")! }]);
    expect(WorkspaceDecider.missing!(history.state, remove("msg_reply").command)).toEqual(["msg_old"]);
    WorkspaceDecider.restore!(history.state, [{ id: "msg_old", head: heads.get("msg_old")! }]);
    expect(WorkspaceDecider.missing!(history.state, remove("msg_reply").command)).toEqual([]);
    const came = history.take({ ...remove("msg_reply"), by: BOB });
    expect(came).toMatchObject([{ type: "message.deleted" }, { payload: { reply_count: 0 } }]);
  });

  test("that names no message is not found", () => {
    const { history } = longAgo();
    WorkspaceDecider.restore!(history.state, [{ id: "msg_never", head: null }]);
    expect(WorkspaceDecider.missing!(history.state, remove("msg_never").command)).toEqual([]);
    expect(history.take(remove("msg_never"))).toBe("not_found");
    expect(history.take(reply("msg_never", "msg_new"))).toBe("not_found");
  });

  test("does not replace what is known by now", () => {
    const { history, heads } = longAgo();
    WorkspaceDecider.restore!(history.state, [{ id: "msg_old", head: heads.get("msg_old")! }]);
    history.take(reply("msg_old", "msg_new"));
    WorkspaceDecider.restore!(history.state, [{ id: "msg_old", head: heads.get("msg_old")! }]);
    expect(history.state.heads.get("msg_old")).toMatchObject({ replyCount: 2, lastThreadSeq: 2 });
  });
});

test("a head that is used stays, however many newer ones come", () => {
  const { history, heads } = longAgo();
  WorkspaceDecider.restore!(history.state, [{ id: "msg_old", head: heads.get("msg_old")! }]);
  for (let i = 0; i < 2 * MAX_HEADS; i++) {
    history.take(post(`msg_more_${i}`));
    if (i % 1_000 === 0) history.take(reply("msg_old", `msg_answer_${i}`));
  }
  expect(history.state.heads.has("msg_old")).toBe(true);
});
