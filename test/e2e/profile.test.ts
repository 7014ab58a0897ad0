import { beforeAll, describe, expect, it } from "vitest";
import type { User } from "@clickclack/protocol/http/shapes";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { until } from "../support/until.ts";

const clickclack = oneServer();

interface Person {
  readonly user: User;
  readonly client: ApiClient;
}

const signUp = (name: string): Promise<Person> => clickclack.client.signUp(name);
const patch = (client: ApiClient, body: object) => client.request("PATCH", "/api/me", { body });
/** Preferences of so many levels. */
const bottomless = (levels: number) => ({
  notification_settings: JSON.parse(`{"a":${"[".repeat(levels)}${"]".repeat(levels)}}`) as unknown,
});
const freshHandle = (name = "h") => `${name}-${crypto.randomUUID().slice(0, 8)}`;

describe("a profile", () => {
  it("is changed field by field, and tells what it is then", async () => {
    const { client, user } = await signUp("Ann");
    const handle = freshHandle("ann");
    const { status, body } = await patch(client, {
      display_name: "  Ann B. ",
      handle: `@${handle.toUpperCase()}`,
    });
    expect(status).toBe(200);
    expect(body.user).toEqual({ ...user, display_name: "Ann B.", handle, former_handle: user.handle });
    expect((await patch(client, { avatar_url: "/a.png" })).body.user).toEqual({
      ...body.user,
      avatar_url: "/a.png",
    });
    expect((await patch(client, {})).body.user).toEqual(await client.me());
    expect((await patch(client, { avatar_url: "" })).body.user.avatar_url).toBe("");
  });

  it("keeps preferences that nobody else is shown, until they are cleared", async () => {
    const { client, user } = await signUp("Ann");
    const notification_settings = { sound: "knock", per: [{ channel: "c" }], __proto__x: null };
    const appearance_preferences = { theme: "dark" };
    const { body } = await patch(client, { notification_settings, appearance_preferences });
    expect(body.user).toEqual({ ...user, notification_settings, appearance_preferences });
    expect(await client.me()).toEqual(body.user);
    const { id } = await client.createWorkspace();
    const { members } = await client.ok("GET", `/api/workspaces/${id}/members`);
    expect(members[0].user).toEqual(user);
    expect((await patch(client, { notification_settings: null })).body.user).toEqual({
      ...user,
      appearance_preferences,
    });
    expect((await patch(client, { appearance_preferences: {} })).body.user).toEqual(user);
  });

  it("shows its new name on messages old and new, in lists, and to those who are connected", async () => {
    const { client, user } = await signUp("Ann");
    const { id } = await client.createWorkspace();
    const bob = await signUp("Bob");
    await clickclack.operator.addMember(id, bob.user.id);
    const channel = await client.createChannel(id);
    await client.post(channel.id, "before");
    const socket = await clickclack.watch({ workspaceId: id, headers: bob.client.headers });
    await socket.barrier();
    const { body } = await patch(client, { display_name: "Renamed" });
    await client.post(channel.id, "after");
    const { messages } = await bob.client.list(channel.id);
    expect(messages.map(({ author }) => author?.display_name)).toEqual(["Renamed", "Renamed"]);
    const { members } = await bob.client.ok("GET", `/api/workspaces/${id}/members`);
    expect(members).toContainEqual(expect.objectContaining({ user: body.user }));
    const frame = await until(() => socket.ephemerals.find(({ type }) => type === "user.updated"), {
      what: "user.updated",
    });
    expect(frame).toMatchObject({ cursor: "", workspace_id: id, payload: { user_id: user.id } });
  });

  it("is no business of bots", async () => {
    const { id } = await clickclack.client.createWorkspace();
    const { token } = await clickclack.operator.createBot(id, ["bot:admin"]);
    const bot = clickclack.client.withToken(token.token);
    const { status, body } = await patch(bot, { display_name: "Free" });
    expect([status, body.code]).toEqual([403, "not_allowed_for_bots"]);
  });
});

describe("a profile refuses, and stays as it was:", () => {
  let ann: Person;
  beforeAll(async () => {
    ann = await signUp("Ann");
  });

  it.each([
    ["a name of nothing", { display_name: "" }],
    ["a name of spaces", { display_name: " \u00a0 " }],
    ["a name of no width", { display_name: "\u200b\u2060" }],
    ["a name of marks that turn its direction", { display_name: "\u202e\u2066" }],
    ["a name with a NUL", { display_name: "Ann\u0000" }],
    ["a name with a line break", { display_name: "Ann\nAdmin" }],
    ["a name of 81 characters", { display_name: "a".repeat(81) }],
    ["a name of another type", { display_name: 7 }],
    ["a handle of one character", { handle: "a" }],
    ["a handle of 33", { handle: "a".repeat(33) }],
    ["a handle with a Cyrillic letter", { handle: "\u0430nn" }],
    ["a handle with a Kelvin sign", { handle: "\u212aim" }],
    ["a handle with a zero-width space", { handle: "a\u200bnn" }],
    ["a handle with a space", { handle: " ann" }],
    ["an avatar that runs", { avatar_url: "javascript:alert(1)" }],
    ["an avatar of data", { avatar_url: "data:image/svg+xml,<svg/>" }],
    ["an avatar of another host without a scheme", { avatar_url: "//evil.example/a.png" }],
    ["the same with a backslash", { avatar_url: "/\\evil.example/a.png" }],
    ["an avatar of 3,000 characters", { avatar_url: `/${"a".repeat(3_000)}` }],
    ["preferences of more than 16 KiB", { notification_settings: { a: "\u00e9".repeat(8_192) } }],
    ["preferences that are none", { appearance_preferences: [1] }],
    ["preferences that are text", { appearance_preferences: "dark" }],
    ["bottomless preferences", bottomless(2_000)],
    ["something good with something bad", { display_name: "Good", handle: "b a d" }],
  ])("%s", async (_, change) => {
    const { status, body } = await patch(ann.client, change);
    expect(status).toBe(400);
    // No text of any request has a NUL.
    expect(body.code).toBe(JSON.stringify(change).includes("\\u0000") ? "invalid_text" : "invalid_request");
    expect(await ann.client.me()).toEqual(ann.user);
  });

  it("preferences that exhaust whoever follows them down", async () => {
    const body = `{"appearance_preferences":{"a":${"[".repeat(7_000)}${"]".repeat(7_000)}}}`;
    expect((await ann.client.request("PATCH", "/api/me", { body })).status).toBe(400);
  });

  it("nothing of which is a way into a new account either", async () => {
    for (const display_name of ["\u200b", "Ann\u0000", "Ann\nAdmin", "\u202e"]) {
      const body = { email: `${crypto.randomUUID()}@example.com`, display_name };
      const { status } = await clickclack.client.request("POST", "/api/auth/magic/request", { body });
      expect(status).toBe(400);
    }
  });
});

describe("a handle", () => {
  it("of twenty who want it at once goes to one, and none of the others holds anything", async () => {
    const wanted = freshHandle("wanted");
    const people = await Promise.all(Array.from({ length: 20 }, (_, i) => signUp(`P${i}`)));
    const answers = await Promise.all(people.map(({ client }) => patch(client, { handle: wanted })));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status !== 200);
    for (const { status, body } of refused) expect([status, body.code]).toEqual([409, "name_taken"]);
    const winner = people[statuses.indexOf(200)]!;
    const { reservations } = clickclack.operator.deployment;
    expect((await reservations.find("handle", wanted))!.holder).toBe(winner.user.id);
    for (const { user } of people) {
      // The winner's former handle stays its own.
      expect((await reservations.find("handle", user.handle))!.holder).toBe(user.id);
    }
  });

  it("that somebody had before stays theirs, and the one before that is free at once", async () => {
    const [ann, eve] = [await signUp("Ann"), await signUp("Eve")];
    const [first, second, third] = [freshHandle("one"), freshHandle("two"), freshHandle("three")];
    await ann.client.ok("PATCH", "/api/me", { body: { handle: first } });
    await ann.client.ok("PATCH", "/api/me", { body: { handle: second } });
    const taken = await patch(eve.client, { handle: first });
    expect([taken.status, taken.body.code]).toEqual([409, "name_taken"]);
    await ann.client.ok("PATCH", "/api/me", { body: { handle: third } });
    expect((await patch(eve.client, { handle: second })).status).toBe(409);
    expect((await patch(eve.client, { handle: first })).status).toBe(200);
  });

  it("is taken back by whoever had it before", async () => {
    const { client, user } = await signUp("Ann");
    const other = freshHandle("other");
    await client.ok("PATCH", "/api/me", { body: { handle: other } });
    const { body } = await patch(client, { handle: user.handle });
    expect(body.user).toMatchObject({ handle: user.handle, former_handle: other });
    const eve = await signUp("Eve");
    for (const handle of [user.handle, other]) expect((await patch(eve.client, { handle })).status).toBe(409);
  });

  it("is one of those that its person asked for at once, and all the others are free", async () => {
    const { client, user } = await signUp("Ann");
    const wanted = Array.from({ length: 10 }, (_, i) => freshHandle(`w${i}`));
    const answers = await Promise.all(wanted.map((handle) => patch(client, { handle })));
    expect(new Set(answers.map(({ status }) => status))).toSatisfy(
      (seen: Set<number>) => seen.has(200) && [...seen].every((status) => status === 200 || status === 409),
    );
    const me = await client.me();
    const { reservations } = clickclack.operator.deployment;
    const held = await Promise.all(wanted.map((handle) => reservations.find("handle", handle)));
    const mine = wanted.filter((_, i) => held[i]?.holder === user.id);
    expect(mine.toSorted()).toEqual(
      [me.handle, me.former_handle!].filter((handle) => wanted.includes(handle)).toSorted(),
    );
  });

  it("is what mentions name, the former one too", async () => {
    const [ann, bob] = [await signUp("Ann"), await signUp("Bob")];
    const { id } = await ann.client.createWorkspace();
    await clickclack.operator.addMember(id, bob.user.id);
    const channel = await ann.client.createChannel(id);
    const handle = freshHandle("bob");
    await bob.client.ok("PATCH", "/api/me", { body: { handle } });
    for (const named of [handle, bob.user.handle]) {
      const { event } = await ann.client.post(channel.id, `hello @${named}`);
      expect(event.mentioned_user_ids).toEqual([bob.user.id]);
    }
  });
});
