import type { Channel, Message, User } from "@clickclack/protocol/http/shapes";
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";

const clickclack = oneServer();

type Person = { readonly user: User; readonly client: ApiClient };
let ann: Person;
let bob: Person;
let cleo: Person;
let stranger: Person;
let workspaceId = "";
let channel: Channel;

beforeAll(async () => {
  const { client, operator } = clickclack;
  const people: Array<Person> = [];
  for (const name of ["Ann", "Bob", "Cleo", "Stranger"]) people.push(await client.signUp(name));
  [ann, bob, cleo, stranger] = people as [Person, Person, Person, Person];
  workspaceId = (await ann.client.createWorkspace("Mentions")).id;
  for (const { user } of [bob, cleo]) await operator.addMember(workspaceId, user.id);
  channel = await ann.client.createChannel(workspaceId);
});

const mentions = async ({ client }: Person, query = "") => {
  const answer = await client.ok("GET", `/api/me/mentions?workspace_id=${workspaceId}${query}`);
  const messages: ReadonlyArray<Message> = answer.mentions.map((one: { message: Message }) => one.message);
  return { ids: messages.map(({ id }) => id), messages, next: answer.next_cursor as string | null };
};
const mentionedBy = async (body: string, channelId = channel.id) => {
  const { message, event } = await ann.client.post(channelId, body);
  return {
    id: message.id,
    users: (event as { mentioned_user_ids?: ReadonlyArray<string> }).mentioned_user_ids,
  };
};

describe("a message calls", () => {
  it("who is named by handle, outside of code, once each, in any case", async () => {
    const [b, c] = [`@${bob.user.handle}`, `@${cleo.user.handle}`];
    expect((await mentionedBy(`hi ${b}, ${b}! and ${c.toUpperCase()}.`)).users?.toSorted()).toEqual(
      [bob.user.id, cleo.user.id].toSorted(),
    );
    for (const body of [`\`${b}\``, `\`\`\`\n${b}\n\`\`\``, `x${b}`, `${b}x`, "@nobody-at-all", "no call"])
      expect([body, (await mentionedBy(body)).users]).toEqual([body, undefined]);
  });

  it("everybody by @channel, @here and @everyone", async () => {
    for (const body of ["@channel", "look @here", "(@everyone)"]) {
      const { id } = await mentionedBy(body);
      expect((await mentions(cleo, "&limit=1")).ids).toEqual([id]);
      expect((await mentions(ann)).ids).not.toContain(id);
    }
  });

  it("nobody who cannot see it", async () => {
    const secret = await ann.client.createChannel(workspaceId, "secret", "private");
    await clickclack.operator.joinChannel(workspaceId, secret.id, cleo.user.id);
    const text = `@${bob.user.handle} @${cleo.user.handle} @${stranger.user.handle} @everyone`;
    const { id, users } = await mentionedBy(text, secret.id);
    expect(users).toEqual([cleo.user.id]);
    expect((await mentions(cleo)).ids).toContain(id);
    expect((await mentions(bob)).ids).not.toContain(id);
    expect((await mentionedBy(`@${stranger.user.handle}`)).users).toBeUndefined();
  });

  it("the same in its frames as in its answer, live and replayed", async () => {
    const live = await clickclack.watch({ workspaceId, headers: bob.client.headers });
    const { event } = await ann.client.post(channel.id, `@${bob.user.handle}`);
    await live.barrier();
    expect(live.events.at(-1)).toEqual(event);
    expect(event).toMatchObject({ mentioned_user_ids: [bob.user.id] });
  });
});

describe("the list of mentions", () => {
  it("is paged, newest first, without repeats while more come", async () => {
    const room = await ann.client.createChannel(workspaceId);
    const dora = await clickclack.client.signUp("Dora");
    await clickclack.operator.addMember(workspaceId, dora.user.id);
    const said: Array<string> = [];
    const call = async () =>
      said.unshift((await ann.client.post(room.id, `@${dora.user.handle}`)).message.id);
    for (let i = 0; i < 7; i++) await call();
    const expected = [...said];
    const found: Array<string> = [];
    let next: string | null = null;
    do {
      const page = await mentions(dora, `&limit=3${next === null ? "" : `&cursor=${next}`}`);
      found.push(...page.ids);
      next = page.next;
      await call();
    } while (next !== null && found.length < expected.length);
    expect(found.slice(0, expected.length)).toEqual(expected);
    expect(new Set(found).size).toBe(found.length);
    for (const cursor of ["x", "AAAA", Buffer.from("1 msg_x").toString("base64url")]) {
      const path = `/api/me/mentions?workspace_id=${workspaceId}&cursor=${cursor}`;
      expect((await dora.client.request("GET", path)).status).toBe(400);
    }
  });

  it("follows edits and deletions, of replies too", async () => {
    const { message } = await ann.client.post(channel.id, "nobody yet");
    const path = `/api/messages/${message.id}`;
    expect((await mentions(bob)).ids).not.toContain(message.id);
    const edit = await ann.client.ok("PATCH", path, { body: { body: `@${bob.user.handle}` } });
    expect(edit.event.mentioned_user_ids).toEqual([bob.user.id]);
    const { messages } = await mentions(bob, "&limit=1");
    expect(messages).toEqual([edit.message]);
    await ann.client.ok("PATCH", path, { body: { body: `@${cleo.user.handle}` } });
    expect((await mentions(bob)).ids).not.toContain(message.id);
    expect((await mentions(cleo)).ids).toContain(message.id);
    const body = { body: `@${bob.user.handle}` };
    const reply = (await ann.client.ok("POST", `${path}/thread/replies`, { body })).message;
    expect((await mentions(bob)).ids[0]).toBe(reply.id);
    await ann.client.ok("DELETE", `/api/messages/${reply.id}`);
    await ann.client.ok("DELETE", path);
    expect((await mentions(bob)).ids).not.toContain(reply.id);
    expect((await mentions(cleo)).ids).not.toContain(message.id);
  });
});

describe("the history of a message", () => {
  it("has every version with its editor and time, until it is deleted", async () => {
    const { message } = await ann.client.post(channel.id, "one");
    const path = `/api/messages/${message.id}`;
    const second = await ann.client.ok("PATCH", path, { body: { body: "two" } });
    const third = await ann.client.ok("PATCH", path, { body: { body: "three" } });
    const edited_by = ann.user.id;
    expect(await bob.client.ok("GET", `${path}/history`)).toEqual({
      versions: [
        { body: "one", edited_by, edited_at: message.created_at },
        { body: "two", edited_by, edited_at: second.message.edited_at },
        { body: "three", edited_by, edited_at: third.message.edited_at },
      ],
    });
    expect((await stranger.client.request("GET", `${path}/history`)).status).toBe(404);
    await ann.client.ok("DELETE", path);
    expect(await bob.client.ok("GET", `${path}/history`)).toEqual({ versions: [] });
  });

  it("of a message that was never edited is what it says", async () => {
    const { message } = await ann.client.post(channel.id, "one");
    const { versions } = await ann.client.ok("GET", `/api/messages/${message.id}/history`);
    expect(versions).toEqual([{ body: "one", edited_by: ann.user.id, edited_at: message.created_at }]);
  });
});
