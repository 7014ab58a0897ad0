import { newId } from "@clickclack/protocol/Ids";
import type { DirectConversation, User } from "@clickclack/protocol/http/shapes";
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

/** A workspace of ann, with bob and cleo. */
beforeAll(async () => {
  const { client, operator } = clickclack;
  [ann, bob] = [await client.signUp("Ann"), await client.signUp("Bob")];
  [cleo, stranger] = [await client.signUp("Cleo"), await client.signUp("Stranger")];
  workspaceId = (await ann.client.createWorkspace("Direct")).id;
  for (const { user } of [bob, cleo]) await operator.addMember(workspaceId, user.id);
});

const open = async (by: Person, ...others: ReadonlyArray<Person>): Promise<DirectConversation> => {
  const member_ids = others.map(({ user }) => user.id);
  const body = { workspace_id: workspaceId, member_ids };
  return (await by.client.ok("POST", "/api/dms", { body })).conversation;
};
const tryOpen = (by: Person, member_ids: ReadonlyArray<string>) =>
  by.client.request("POST", "/api/dms", { body: { workspace_id: workspaceId, member_ids } });
const list = async (by: Person): Promise<ReadonlyArray<DirectConversation>> =>
  (await by.client.ok("GET", `/api/dms?workspace_id=${workspaceId}`)).conversations;
const say = async (by: Person, id: string, body: string) =>
  by.client.ok("POST", `/api/dms/${id}/messages`, { body: { body } });

/** Somebody who joined just now. */
const newcomer = async (name: string): Promise<Person> => {
  const person = await clickclack.client.signUp(name);
  await clickclack.operator.addMember(workspaceId, person.user.id);
  return person;
};

describe("opening", () => {
  it("gives a pair the same conversation, whoever opens it and how often", async () => {
    const { status, body } = await tryOpen(ann, [bob.user.id]);
    expect(status).toBe(201);
    const { conversation } = body;
    expect(conversation).toEqual({
      id: expect.stringMatching(/^dm_[0-9a-z]{26}$/),
      route_id: `D${conversation.id.slice(-16).toUpperCase()}`,
      workspace_id: workspaceId,
      created_at: expect.any(String),
      members: expect.arrayContaining([ann.user, bob.user]),
      can_send: true,
      last_seq: 0,
      last_read_seq: 0,
      unread_count: 0,
      mention_count: 0,
    });
    expect(await open(ann, bob)).toEqual(conversation);
    expect((await open(bob, ann)).id).toBe(conversation.id);
    expect((await open(bob, ann, bob, ann)).id).toBe(conversation.id);
  });

  it("gives a group one of its own, which is not a pair's", async () => {
    const group = await open(ann, bob, cleo);
    expect(group.members).toHaveLength(3);
    expect((await open(cleo, ann, bob)).id).toBe(group.id);
    expect((await open(cleo, ann)).id).not.toBe(group.id);
  });

  it("is one conversation for everybody who opens it at the same moment", async () => {
    const dora = await newcomer("Dora");
    const opened = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? open(dora, ann) : open(ann, dora))),
    );
    expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
  });

  it("is 404 with who is no member, and for who is none, and 400 with too many", async () => {
    expect((await tryOpen(ann, [stranger.user.id])).status).toBe(404);
    expect((await tryOpen(ann, [newId("usr")])).status).toBe(404);
    expect((await tryOpen(stranger, [ann.user.id])).status).toBe(404);
    const many = Array.from({ length: 32 }, () => newId("usr"));
    const full = await tryOpen(ann, many);
    expect([full.status, full.body.code]).toEqual([400, "invalid_request"]);
    expect((await tryOpen(ann, [...many, newId("usr")])).status).toBe(400);
  });

  it("takes thirty-two in all, and no more", async () => {
    const { accounts } = clickclack.operator.deployment;
    const people = await Promise.all(
      Array.from({ length: 32 }, (_, i) =>
        accounts.create({ kind: "human", displayName: `Many ${i}` }, { user_id: ann.user.id }),
      ),
    );
    for (const id of people) await clickclack.operator.addMember(workspaceId, id);
    const full = await tryOpen(ann, people.slice(1));
    expect([full.status, full.body.conversation?.members.length]).toEqual([201, 32]);
    const named = await tryOpen(ann, [ann.user.id, ...people.slice(1)]);
    expect([named.status, named.body.conversation?.id]).toEqual([201, full.body.conversation.id]);
    const over = await tryOpen(ann, people);
    expect([over.status, over.body.code]).toEqual([400, "invalid_request"]);
  });

  it("with nobody else is a place for notes to oneself", async () => {
    const notes = await open(cleo);
    expect([notes.members, notes.can_send]).toEqual([[cleo.user], true]);
    await say(cleo, notes.id, "milk");
  });
});

describe("the list", () => {
  it("does not show what was hidden until something newer is said", async () => {
    const eve = await newcomer("Eve");
    const { id } = await open(eve, bob);
    await say(eve, id, "first");
    const ids = async () => (await list(eve)).map((one) => one.id);
    expect(await ids()).toEqual([id]);
    expect(await eve.client.ok("DELETE", `/api/dms/${id}`)).toEqual({ ok: true });
    expect(await ids()).toEqual([]);
    expect((await list(bob)).map((one) => one.id)).toContain(id);
    await say(bob, id, "second");
    expect(await ids()).toEqual([id]);
    await eve.client.ok("DELETE", `/api/dms/${id}`);
    expect((await eve.client.ok("POST", `/api/dms/${id}/open`)).conversation.last_seq).toBe(2);
    expect(await ids()).toEqual([id]);
    await eve.client.ok("DELETE", `/api/dms/${id}`);
    await open(eve, bob);
    expect(await ids()).toEqual([id]);
  });

  it("tells how much of each is unread", async () => {
    const fay = await newcomer("Fay");
    const { id } = await open(fay, bob);
    for (const text of ["one", "two", "three"]) await say(bob, id, text);
    await fay.client.ok("POST", `/api/dms/${id}/read`, { body: { seq: 1 } });
    expect(await list(fay)).toMatchObject([{ id, last_seq: 3, last_read_seq: 1, unread_count: 2 }]);
    expect((await list(bob)).find((one) => one.id === id)).toMatchObject({ unread_count: 0 });
    expect(await list(stranger).catch(() => "refused")).toBe("refused");
  });
});

describe("what is said", () => {
  it("carries direct_conversation_id and no channel_id, wherever it is shown", async () => {
    const { id } = await open(ann, bob);
    const { message, event } = await say(ann, id, "hello");
    const place = { direct_conversation_id: id };
    expect(message).toMatchObject({ ...place, body: "hello", channel_seq: expect.any(Number) });
    expect(message).not.toHaveProperty("channel_id");
    expect(event).toMatchObject({ type: "message.created", seq: message.channel_seq, payload: place });
    expect(event).not.toHaveProperty("channel_id");
    const path = `/api/messages/${message.id}`;
    expect((await bob.client.ok("GET", path)).message).toEqual(message);
    expect((await bob.client.ok("GET", `/api/dms/${id}/messages?limit=1`)).messages).toEqual([message]);
    const reply = await bob.client.ok("POST", `${path}/thread/replies`, { body: { body: "hi" } });
    const reaction = await bob.client.ok("POST", `${path}/reactions`, { body: { emoji: "👍" } });
    const edit = await ann.client.ok("PATCH", path, { body: { body: "hello!" } });
    expect(reply.message).toMatchObject(place);
    expect(edit.message).toMatchObject({ ...place, body: "hello!", reactions: [{ emoji: "👍" }] });
    const { root, replies } = await ann.client.ok("GET", `${path}/thread`);
    expect([root, ...replies]).toMatchObject([place, place]);
    const deletion = await ann.client.ok("DELETE", path);
    const events = [...reply.events, reaction.event, edit.event, deletion.event];
    for (const one of events) {
      expect(one.payload).toMatchObject(place);
      expect(one).not.toHaveProperty("channel_id");
    }
  });

  it("reaches the sockets and the replay of its members alone", async () => {
    const { id } = await open(ann, bob);
    const watch = ({ client }: Person) => clickclack.watch({ workspaceId, headers: client.headers });
    const [first, second, other] = [await watch(ann), await watch(bob), await watch(cleo)];
    const { event, message } = await say(bob, id, "between us");
    for (const socket of [first, second, other]) await socket.barrier();
    expect(first.events).toContainEqual(event);
    expect(second.events).toContainEqual(event);
    expect(JSON.stringify(other.events)).not.toContain(message.id);
    const replay = async ({ client }: Person) =>
      (await client.ok("GET", `/api/realtime/events?workspace_id=${workspaceId}&limit=500`)).events;
    expect(await replay(ann)).toContainEqual(event);
    expect(JSON.stringify(await replay(cleo))).not.toContain(id);
    const late = await watch(cleo);
    await late.barrier();
    expect(JSON.stringify([late.events, other.events])).not.toContain(id);
  });

  it("is sent once per nonce", async () => {
    const { id } = await open(ann, bob);
    const post = () =>
      ann.client.request("POST", `/api/dms/${id}/messages`, { body: { body: "x", nonce: "n1" } });
    const [first, again] = [await post(), await post()];
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body.message).toEqual(first.body.message);
  });
});

it("who is not in a conversation is told that there is none, whatever it asks", async () => {
  const { id } = await open(ann, bob);
  const { message } = await say(ann, id, "secret");
  const of = `/api/messages/${message.id}`;
  const asked: ReadonlyArray<readonly [method: string, path: string, body?: object]> = [
    ["GET", `/api/dms/${id}`],
    ["DELETE", `/api/dms/${id}`],
    ["POST", `/api/dms/${id}/open`],
    ["GET", `/api/dms/${id}/messages`],
    ["POST", `/api/dms/${id}/messages`, { body: "x" }],
    ["POST", `/api/dms/${id}/read`, { seq: 1 }],
    ["GET", `/api/channels/${id}/messages`],
    ["GET", `/api/channels/${id}/pins`],
    ["PUT", `/api/channels/${id}/draft`, { body: "x" }],
    ["GET", of],
    ["GET", `${of}/history`],
    ["GET", `${of}/thread`],
    ["POST", `${of}/reactions`, { emoji: "x" }],
    ["POST", `${of}/thread/replies`, { body: "x" }],
    ["DELETE", of],
    ["GET", `/api/search?workspace_id=${workspaceId}&q=secret&direct_conversation_id=${id}`],
  ];
  for (const { client } of [stranger, cleo]) {
    for (const [method, path, body] of asked) {
      const { status } = await client.request(method, path, body ? { body } : {});
      expect([method, path, status]).toEqual([method, path, 404]);
    }
  }
  const unknown = newId("dm");
  for (const [method, path, body] of asked.filter(([, one]) => one.includes(id))) {
    const { status } = await ann.client.request(method, path.replaceAll(id, unknown), body ? { body } : {});
    expect([method, path, status]).toEqual([method, path, 404]);
  }
});

it("channels are no conversations, and conversations no channels", async () => {
  const { id } = await open(ann, bob);
  const { message } = await say(ann, id, "between us");
  const channel = await ann.client.createChannel(workspaceId);
  for (const path of ["", "/messages"])
    expect((await ann.client.request("GET", `/api/dms/${channel.id}${path}`)).status).toBe(404);
  for (const [rest, body] of [
    ["messages", { body: "x" }],
    ["read", { seq: 1 }],
  ] as const)
    expect((await ann.client.request("POST", `/api/dms/${channel.id}/${rest}`, { body })).status).toBe(404);
  const user_id = cleo.user.id;
  for (const [method, rest, body] of [
    ["PATCH", "", { name: "x" }],
    ["POST", "/members", { user_id }],
    ["DELETE", `/members/${bob.user.id}`, undefined],
    ["POST", "/join", undefined],
    ["POST", "/leave", undefined],
    ["GET", "/members", undefined],
    ["GET", "/messages", undefined],
    ["POST", "/messages", { body: "x" }],
    ["POST", "/read", { seq: 1 }],
    ["GET", "/pins", undefined],
    ["POST", "/pins", { message_id: message.id }],
    ["DELETE", `/pins/${message.id}`, undefined],
  ] as const) {
    const answer = await ann.client.request(method, `/api/channels/${id}${rest}`, body ? { body } : {});
    expect([method, rest, answer.status, answer.body.error]).toEqual([
      method,
      rest,
      404,
      "there is no such channel",
    ]);
  }
  const topic = await ann.client.request("POST", `/api/workspaces/${workspaceId}/topics`, {
    body: { name: "about us", channel_id: id },
  });
  expect([topic.status, topic.body.error]).toEqual([404, "there is no such channel"]);
  expect((await ann.client.ok("GET", `/api/dms/${id}/messages?limit=1`)).messages).toEqual([message]);
});

it("what people keep for themselves has one address, in channels and conversations", async () => {
  const { id } = await open(ann, bob);
  const path = `/api/channels/${id}`;
  await ann.client.ok("PUT", `${path}/draft`, { body: { body: "dear Bob" } });
  expect((await ann.client.ok("GET", `${path}/draft`)).draft).toMatchObject({ body: "dear Bob" });
  await ann.client.ok("PATCH", `${path}/notification-settings`, { body: { preference: "muted" } });
  expect(await ann.client.ok("GET", `${path}/notification-settings`)).toEqual({ preference: "muted" });
});

it.each(["removed", "blocked"] as const)("nothing can be sent once the only peer was %s", async (how) => {
  const gone = await newcomer("Gone");
  const { id } = await open(ann, gone);
  const { message } = await say(gone, id, "hello");
  if (how === "removed") await clickclack.operator.removeMember(workspaceId, gone.user.id);
  else await clickclack.operator.blockMember(workspaceId, gone.user.id);
  const { conversation } = await ann.client.ok("GET", `/api/dms/${id}`);
  expect(conversation).toMatchObject({ can_send: false, last_seq: 1 });
  const post = await ann.client.request("POST", `/api/dms/${id}/messages`, { body: { body: "x" } });
  expect([post.status, post.body.code]).toEqual([409, "no_active_peer"]);
  expect((await ann.client.ok("GET", `/api/dms/${id}/messages`)).messages).toEqual([message]);
  const status = how === "removed" ? 404 : 403;
  expect((await gone.client.request("GET", `/api/dms/${id}/messages`)).status).toBe(status);
  expect((await open(ann, gone)).can_send).toBe(false);
});
