import type { PersonalState } from "@clickclack/protocol/events/PersonalEvents";
import { emptyPersonal, personalEvent } from "@clickclack/workspace/personal/Personal";
import { expect, test } from "vitest";
import { personalFrame } from "./personalFrame.ts";

const AT = "2026-01-02T03:04:05.678Z";
const stamp = { at: AT, actor: { user_id: "usr_a" }, correlationId: "req_1" };
const told = (scope: string, state: Partial<PersonalState>) =>
  personalFrame(personalEvent("wsp_a", { ...emptyPersonal("usr_a", scope), ...state }, stamp));

test("what was read is told with where that was, and has no place in the log", () => {
  expect(told("chn_a", { last_read_seq: 3 })).toEqual({
    id: expect.stringMatching(/^evt_/),
    cursor: "",
    type: "channel.read",
    workspace_id: "wsp_a",
    channel_id: "chn_a",
    created_at: AT,
    payload: { user_id: "usr_a", channel_id: "chn_a", last_read_seq: 3 },
  });
  expect(told("dm_a", { last_read_seq: 3 })).toMatchObject({
    type: "dm.read",
    payload: { user_id: "usr_a", direct_conversation_id: "dm_a", last_read_seq: 3 },
  });
  const thread = told("msg_a", { last_read_seq: 3, channel_id: "chn_a" });
  expect([thread?.type, thread?.channel_id]).toEqual(["thread.read", "chn_a"]);
  expect(thread?.payload).toEqual({
    user_id: "usr_a",
    root_message_id: "msg_a",
    channel_id: "chn_a",
    last_read_seq: 3,
  });
  const inbox = told("wsp_a", { read_up_to: AT });
  expect([inbox?.type, inbox?.payload]).toEqual(["activity.read", { user_id: "usr_a", read_up_to: AT }]);
});

test("following is told with the conversation that the thread is in", () => {
  const frame = told("msg_a", { change: "following", following: false, followed_seq: 2, channel_id: "dm_a" });
  expect(frame).not.toHaveProperty("channel_id");
  expect([frame?.type, frame?.payload]).toEqual([
    "thread.follow_updated",
    { user_id: "usr_a", root_message_id: "msg_a", direct_conversation_id: "dm_a", following: false },
  ]);
});

test("a preference and what is hidden are told to nobody", () => {
  for (const change of ["preference", "visibility"] as const)
    for (const scope of ["chn_a", "dm_a", "msg_a", "wsp_a"]) expect(told(scope, { change })).toBeUndefined();
});
