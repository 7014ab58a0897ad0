import { recorded, timeAfter } from "@clickclack/eventsourcing/testing/DeciderSpecification";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import * as Result from "effect/Result";
import { describe, expect, test } from "vitest";
import { event } from "../rules.ts";
import { ACME, acme, ANN, BOB, GENERAL, MODERATOR, OWNER, posted } from "../testing/acme.ts";
import { WorkspaceDecider } from "../WorkspaceDecider.ts";

const slow = (seconds?: number) =>
  event(
    "channel.updated",
    {
      channel_id: GENERAL,
      archived: false,
      name: "general",
      ...(seconds !== undefined && { slow_mode_seconds: seconds }),
    },
    GENERAL,
  );
const post = { type: "PostMessage", channelId: GENERAL, messageId: "msg_new", body: "hi" } as const;
const created = (seq: number, author = ANN) =>
  event(
    "message.created",
    { message_id: "msg_new", author_id: author, body: "hi", channel_seq: seq },
    GENERAL,
  );
const reply = {
  type: "ReplyInThread",
  channelId: GENERAL,
  rootId: "msg_1",
  messageId: "msg_new",
  body: "b",
} as const;

/** A second after the last event, and more. */
const given = acme(slow(30), posted("msg_1", ANN, 1));
const at = (seconds: number) => timeAfter(ACME.length + 1 + seconds);

describe("in slow mode", () => {
  test("a member waits between two posts, replies among them", () => {
    for (const command of [post, reply]) given.when(command, ANN, at(29)).thenRejected("slow_mode");
    given.when(post, ANN, at(30)).thenEvents(created(2));
    const replied = {
      message_id: "msg_2",
      author_id: ANN,
      body: "b",
      root_message_id: "msg_1",
      thread_seq: 1,
    };
    acme(slow(30), posted("msg_1", BOB, 1), event("thread.reply_created", replied, GENERAL))
      .when(post, ANN, at(30))
      .thenRejected("slow_mode");
  });

  test("nobody waits for others, and owners and moderators do not wait", () => {
    given.when(post, BOB, at(1)).thenEvents(created(2, BOB));
    for (const user of [OWNER, MODERATOR])
      acme(slow(30), posted("msg_1", user, 1))
        .when(post, user, at(1))
        .thenEvents(created(2, user));
  });

  test("bots wait too", () => {
    acme(event("member.added", { user_id: "usr_bot", role: "bot" }), slow(30), posted("msg_1", "usr_bot", 1))
      .when(post, "usr_bot")
      .thenRejected("slow_mode");
  });

  test("other channels are as they were, and it can be ended", () => {
    given
      .when({ ...post, channelId: "chn_lobby" }, ANN)
      .thenEvents({ ...created(1), channel_id: "chn_lobby" } as never);
    acme(slow(30), posted("msg_1", ANN, 1), slow())
      .when(post, ANN)
      .thenEvents(created(2));
  });

  test("what was said before it began counts for nothing", () => {
    acme(posted("msg_1", ANN, 1), slow(30))
      .when(post, ANN)
      .thenEvents(created(2));
  });
});

const folded = (...more: ReadonlyArray<ReturnType<typeof event>>) =>
  [...ACME, ...more].reduce(
    (state, one, i) =>
      WorkspaceDecider.evolve(state, recorded<WorkspaceEvent>(WorkspaceDecider, "wsp_acme", one, i + 1)),
    WorkspaceDecider.initial("wsp_acme"),
  );

test("a refusal tells how many seconds are left, never more than it takes", () => {
  const state = folded(slow(30), posted("msg_1", ANN, 1));
  const after = (time: string) =>
    WorkspaceDecider.decide(state, post, { aggregate: "wsp_acme", actor: { user_id: ANN }, at: time });
  const left = (time: string) => {
    const decision = after(time);
    return Result.isFailure(decision) ? decision.failure.retryAfter : 0;
  };
  expect([left(at(0)), left(at(29)), left(at(29.5)), left(at(-100)), left(at(30))]).toEqual([
    30, 1, 1, 30, 0,
  ]);
});

test("only who still waits is remembered, and nobody without slow mode", () => {
  const people = Array.from({ length: 50 }, (_, i) => posted(`msg_${i}`, `usr_${i}`, i + 1));
  const remembered = folded(slow(10), ...people).channels.get(GENERAL)!.lastPosts!;
  expect([...remembered.keys()]).toEqual(Array.from({ length: 10 }, (_, i) => `usr_${i + 40}`));
  expect(folded(...people).channels.get(GENERAL)).not.toHaveProperty("lastPosts");
  expect(folded(slow(10), ...people, slow()).channels.get(GENERAL)).not.toHaveProperty("lastPosts");
});
