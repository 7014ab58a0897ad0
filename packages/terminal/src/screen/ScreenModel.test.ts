import { beforeEach, expect, test } from "vitest";
import { ScreenChat } from "../../../../test/support/terminal/ScreenChat.ts";
import { PLAIN } from "../format/Palette.ts";
import { ScreenModel } from "./ScreenModel.ts";
import { messageRows } from "./view/messageRows.ts";

let chat: ScreenChat;
let model: ScreenModel;

beforeEach(() => {
  chat = new ScreenChat();
  model = new ScreenModel({
    chat,
    palette: PLAIN,
    size: { columns: 100, rows: 30 },
    onChange: () => undefined,
    onCalled: () => undefined,
    onEnded: () => undefined,
  });
  chat.open();
});

const rows = () => messageRows(model, 80, 25).join("\n");

test("what is said in private is shown where one is, if one cannot go there", () => {
  const { id } = chat.say("bob", "between us", { room: "@bob" });
  expect(rows()).toMatch(/@bob <bob> between us/);
  chat.tell({ _tag: "removed", id, room: "@bob" });
  expect(rows()).not.toContain("between us");
  chat.rooms = [...chat.rooms, "@bob"];
  chat.say("bob", "in its own room", { room: "@bob" });
  expect(rows()).not.toContain("in its own room");
  chat.room = "@bob";
  expect(rows()).toMatch(/\d <bob> in its own room/);
});

test("what a search found is shown where one is, with its room", () => {
  chat.say("bob", "the tide is high", { room: "ops", history: true, found: true });
  expect(rows()).toMatch(/#ops <bob> the tide is high/);
  chat.room = "ops";
  expect(rows()).not.toContain("tide");
});

test("a notice of a room is shown in that room, once if it comes twice", () => {
  chat.tell({ _tag: "notice", text: "you are in #ops now", room: "ops" });
  chat.tell({ _tag: "notice", text: "you are in #ops now", room: "ops" });
  expect(rows()).not.toContain("you are in");
  chat.room = "ops";
  expect(rows().match(/you are in #ops now/g)).toHaveLength(1);
});

test("who is in a room is shown to whoever asks: the sidebar is not wide enough for all, or not there", () => {
  chat.tell({ _tag: "users", room: "lobby", users: ["ada", "bob"] });
  expect(rows()).toContain("-- in #lobby: ada, bob");
});
