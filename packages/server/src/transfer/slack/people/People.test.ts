import { isId } from "@clickclack/protocol/Ids";
import { expect, test } from "vitest";
import { SlackIds } from "../log/SlackIds.ts";
import { People } from "./People.ts";
import { senderOf } from "./senderOf.ts";

const peopleOf = (...users: ReadonlyArray<object>): People => {
  const people = new People(new SlackIds("T1"));
  for (const [i, user] of users.entries()) people.addUser(user, i + 1);
  return people;
};

test("people get ids that follow from Slack's, handles that differ, and roles", () => {
  const users = [
    { id: "U1", name: "Ann", real_name: "Ann Lee", is_admin: true, is_primary_owner: true },
    { id: "U2", name: "ann", profile: { real_name: "Ann Two" } },
    { id: "U3", name: "ann-2", is_ultra_restricted: true },
    { id: "U4", name: "here", is_bot: true, deleted: true, updated: 1_700_000_000 },
  ];
  const people = [...peopleOf(...users)];
  expect(people.map(({ handle }) => handle)).toEqual(["ann", "ann-2", "ann-2-2", "here-2"]);
  expect(people.map(({ name }) => name)).toEqual(["Ann Lee", "Ann Two", "ann-2", "here"]);
  expect(people.map(({ role }) => role)).toEqual(["moderator", "member", "guest", "bot"]);
  expect(people.every(({ id }) => isId("usr", id))).toBe(true);
  expect(people.map(({ id }) => id)).toEqual([...peopleOf(...users)].map(({ id }) => id));
  expect(people[3]).toMatchObject({ active: false, endedAt: 1_700_000_000_000 });
});

test("an email is nobody's twice, and no email is none", () => {
  const [a, b, c] = peopleOf(
    { id: "U1", name: "a", profile: { email: " A@Example.com" } },
    { id: "U2", name: "b", profile: { email: "a@example.com" } },
    { id: "U3", name: "c", profile: { email: "none" } },
  );
  expect([a!.email, b!.email, c!.email]).toEqual(["a@example.com", undefined, undefined]);
});

test("names that nobody can read become the handle", () => {
  const [a, b] = peopleOf({ id: "U1", real_name: "\u200b\u0007" }, { id: "U2", name: "x".repeat(300) });
  expect(a).toMatchObject({ name: "user", handle: "user" });
  expect(b!.name).toHaveLength(80);
});

test("an id that is missing or taken is told with its place", () => {
  expect(() => peopleOf({ name: "a" })).toThrow("users.json: entry 1 has no id");
  expect(() => peopleOf({ id: "U1" }, { id: "U1" })).toThrow("users.json: entry 2 has an id that is taken");
});

test.each([
  [{ user: "U1", bot_id: "B1" }, { key: "U1" }],
  [
    { user: "U9", bot_id: "B1", username: "Builder" },
    { key: "bot:B1", kind: "bot", name: "Builder" },
  ],
  [
    { bot_id: "B1", bot_profile: { name: "CI" } },
    { key: "bot:B1", kind: "bot", name: "CI" },
  ],
  [{ username: "hook" }, { key: "bot:hook", kind: "bot", name: "hook" }],
  [
    { user: "U9", user_profile: { real_name: "Zoe" } },
    { key: "U9", kind: "human", name: "Zoe" },
  ],
  [{ user: "USLACKBOT" }, { key: "USLACKBOT", kind: "bot", name: "Slackbot" }],
])("the sender of %j is %j", (message, sender) => {
  expect(senderOf(message, (id) => id === "U1")).toMatchObject(sender);
});

test("a message may have no sender", () => {
  expect(senderOf({ text: "whose?" }, () => true)).toBeUndefined();
});
