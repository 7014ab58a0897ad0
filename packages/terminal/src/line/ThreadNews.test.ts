import { expect, test } from "vitest";
import type { Chat, ChatMessage, ChatThread } from "../chat/Chat.ts";
import { PLAIN } from "../format/Palette.ts";
import { promptOf } from "./promptOf.ts";
import { ThreadNews } from "./ThreadNews.ts";

const say = (id: string, text: string): ChatMessage => ({
  id,
  ts: "2026-11-28T12:00:00Z",
  username: "bob",
  room: "ops",
  text,
  missed: false,
  history: false,
});

const chat: { username: string; room: string; state: Chat["state"]; thread: ChatThread | undefined } = {
  username: "ada",
  room: "ops",
  state: { _tag: "connected", again: false },
  thread: undefined,
};

test("a thread is shown when it is opened, and it is told where what is typed goes then", () => {
  const news = new ThreadNews(chat as Chat);
  const read = () => news.read({ username: "ada", palette: PLAIN });
  expect(read()).toBeUndefined();
  const replies = Array.from({ length: 25 }, (_, n) => ({ ...say(`r${n}`, `reply ${n}`), thread: "m1" }));
  chat.thread = { root: say("m1", "shall we?"), replies };
  const lines = read()!.split("\n");
  expect(lines).toHaveLength(23);
  expect(lines[0]).toContain("<bob> shall we?");
  expect(lines[1]).toBe("-- 5 earlier replies are not shown");
  expect(lines.at(-2)).toContain("(reply) #ops <bob> reply 24");
  expect(lines.at(-1)).toMatch(/goes to this thread; \/say speaks in #ops, \/thread close/);
  expect(promptOf(chat, 0, 80)).toBe("[#ops thread] ada> ");
  // Another reply is told by itself.
  chat.thread = { ...chat.thread, replies: [] };
  expect(read()).toBeUndefined();
  chat.thread = undefined;
  expect(read()).toBe("-- the thread is closed: what you say goes to #ops");
  expect(promptOf(chat, 0, 80)).toBe("[#ops] ada> ");
});
