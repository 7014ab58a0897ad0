import { expect, test } from "vitest";
import type { ChatEvent, ChatMessage } from "../chat/Chat.ts";
import { PLAIN } from "./Palette.ts";
import { renderEvent } from "./renderEvent.ts";

const hello: ChatMessage = {
  id: "m1",
  ts: "2026-11-28T12:00:00Z",
  username: "bob",
  room: "ops",
  text: "hello",
  missed: false,
  history: false,
};
const reacted = { ...hello, reactions: [{ emoji: "👍", count: 2, own: true }] };

const shown = (event: ChatEvent, before?: ChatMessage, room = "ops") =>
  renderEvent(event, { username: "ada", room, palette: PLAIN, known: () => before });
const changed = (message: ChatMessage, before?: ChatMessage) => shown({ _tag: "changed", message }, before);

test("a message tells what it became: how many replies it has, and who reacted how", () => {
  const message = { ...reacted, history: true, replies: 1 };
  expect(shown({ _tag: "message", message })).toMatch(/\(history\) #ops <bob> hello \[\*👍 2 · 1 reply\]$/);
  expect(shown({ _tag: "message", message: { ...hello, replies: 12 } })).toMatch(/hello \[12 replies\]$/);
});

test("other reactions are told in short, another text whole, and each of them once", () => {
  expect(changed(reacted, hello)).toBe("-- in #ops, *👍 2 on <bob> hello");
  expect(changed(hello, reacted)).toBe("-- in #ops, no reaction any more on <bob> hello");
  const edited = { ...hello, text: "hello you", edited: true };
  expect(changed(edited, hello)).toMatch(/\(edited\) #ops <bob> hello you$/);
  expect(changed({ ...edited, replies: 1 }, edited)).toBeUndefined();
  expect(changed({ ...hello, replies: 1 }, hello)).toBeUndefined();
  expect(changed(reacted)).toBeUndefined();
});

test("whoever is in no room is told so", () => {
  const connected = { _tag: "state", state: { _tag: "connected", again: false } } as const;
  expect(shown(connected, undefined, "")).toContain("connected as ada, in no room;");
});
