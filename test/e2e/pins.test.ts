import { newId } from "@clickclack/protocol/Ids";
import type { Channel, Message, Topic } from "@clickclack/protocol/http/shapes";
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";

const clickclack = oneServer();
let owner: ApiClient;
let member: ApiClient;
let workspaceId = "";

beforeAll(async () => {
  const [first, second] = [await clickclack.client.signUp("Owner"), await clickclack.client.signUp("Member")];
  [owner, member] = [first.client, second.client];
  workspaceId = (await owner.createWorkspace("Pins")).id;
  await clickclack.operator.addMember(workspaceId, second.user.id);
});

const pins = async (channel: Channel): Promise<ReadonlyArray<Message>> =>
  (await member.ok("GET", `/api/channels/${channel.id}/pins`)).messages;
const pin = (by: ApiClient, channel: Channel, id: string) =>
  by.request("POST", `/api/channels/${channel.id}/pins`, { body: { message_id: id } });
const unpin = (by: ApiClient, channel: Channel, id: string) =>
  by.request("DELETE", `/api/channels/${channel.id}/pins/${id}`);

describe("pins", () => {
  it("are listed with the newest pin first, and told to all", async () => {
    const channel = await owner.createChannel(workspaceId);
    const [one, two] = [await owner.post(channel.id, "one"), await owner.post(channel.id, "two")];
    const live = await clickclack.watch({ workspaceId, headers: member.headers });
    const pinned = await pin(member, channel, two.message.id);
    expect(pinned.status).toBe(201);
    expect(pinned.body.pinned_message).toEqual(two.message);
    const { id: by } = await member.me();
    expect(pinned.body.event).toMatchObject({
      type: "pin.added",
      channel_id: channel.id,
      payload: { channel_id: channel.id, message_id: two.message.id, pinned_by: by },
    });
    await pin(owner, channel, one.message.id);
    expect(await pins(channel)).toEqual([one.message, two.message]);
    const removed = await unpin(owner, channel, two.message.id);
    expect([removed.status, removed.body.event.type]).toEqual([200, "pin.removed"]);
    expect(await pins(channel)).toEqual([one.message]);
    await live.barrier();
    const types = live.events.map(({ type }) => type).filter((type) => type.startsWith("pin."));
    expect(types).toEqual(["pin.added", "pin.added", "pin.removed"]);
    expect(live.events).toContainEqual(pinned.body.event);
  });

  it("are refused twice, for what is not there, and where nobody may look", async () => {
    const channel = await owner.createChannel(workspaceId);
    const other = await owner.createChannel(workspaceId);
    const secret = await owner.createChannel(workspaceId, "secret", "private");
    const { message } = await owner.post(channel.id, "x");
    await pin(owner, channel, message.id);
    const again = await pin(member, channel, message.id);
    expect([again.status, again.body.code]).toEqual([409, "already_pinned"]);
    expect((await pin(owner, other, message.id)).status).toBe(404);
    expect((await pin(owner, channel, newId("msg"))).status).toBe(404);
    expect((await unpin(owner, channel, newId("msg"))).status).toBe(404);
    const hidden = await owner.post(secret.id, "hidden");
    await pin(owner, secret, hidden.message.id);
    expect((await pin(member, secret, hidden.message.id)).status).toBe(404);
    expect((await unpin(member, secret, hidden.message.id)).status).toBe(404);
    expect((await member.request("GET", `/api/channels/${secret.id}/pins`)).status).toBe(404);
  });

  it("end with the message", async () => {
    const channel = await owner.createChannel(workspaceId);
    const { message } = await owner.post(channel.id, "x");
    await pin(owner, channel, message.id);
    await owner.ok("DELETE", `/api/messages/${message.id}`);
    expect(await pins(channel)).toEqual([]);
    const dead = await pin(owner, channel, message.id);
    expect([dead.status, dead.body.code]).toEqual([409, "message_deleted"]);
  });

  it("of replies work as well", async () => {
    const channel = await owner.createChannel(workspaceId);
    const { message } = await owner.post(channel.id, "x");
    const path = `/api/messages/${message.id}/thread/replies`;
    const reply = (await member.ok("POST", path, { body: { body: "y" } })).message;
    await pin(owner, channel, reply.id);
    expect(await pins(channel)).toEqual([reply]);
  });

  it("of an archived channel stay as they are", async () => {
    const channel = await owner.createChannel(workspaceId);
    const [kept, other] = [await owner.post(channel.id, "kept"), await owner.post(channel.id, "other")];
    await pin(owner, channel, kept.message.id);
    await owner.ok("PATCH", `/api/channels/${channel.id}`, { body: { archived: true } });
    for (const answer of [
      await pin(owner, channel, other.message.id),
      await pin(owner, channel, kept.message.id),
      await unpin(owner, channel, kept.message.id),
      await unpin(owner, channel, other.message.id),
    ])
      expect([answer.status, answer.body.code]).toEqual([403, "channel_archived"]);
    expect(await pins(channel)).toEqual([kept.message]);
  });

  it("of twenty who pin a message at once one does it", async () => {
    const channel = await owner.createChannel(workspaceId);
    const { message } = await owner.post(channel.id, "x");
    const answers = await Promise.all(Array.from({ length: 20 }, () => pin(owner, channel, message.id)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
  });
});

describe("topics", () => {
  const path = () => `/api/workspaces/${workspaceId}/topics`;
  const list = async (by: ApiClient): Promise<ReadonlyArray<Topic>> => (await by.ok("GET", path())).topics;
  const create = (by: ApiClient, body: object) => by.request("POST", path(), { body });

  it("are created in the workspace or a channel, and listed to those who see it", async () => {
    const channel = await owner.createChannel(workspaceId);
    const secret = await owner.createChannel(workspaceId, "secret", "private");
    const wide = await create(owner, { name: "  Wide " });
    expect(wide.status).toBe(201);
    expect(wide.body.topic).toEqual({
      id: expect.stringMatching(/^top_/),
      workspace_id: workspaceId,
      name: "Wide",
      created_at: expect.any(String),
    });
    const narrow = await create(member, { name: "Wide", channel_id: channel.id });
    const hidden = await create(owner, { name: "Wide", channel_id: secret.id });
    expect([narrow.status, hidden.status]).toEqual([201, 201]);
    expect(await list(owner)).toEqual([wide, narrow, hidden].map(({ body }) => body.topic));
    expect(await list(member)).toEqual([wide, narrow].map(({ body }) => body.topic));
    expect((await create(member, { name: "x", channel_id: secret.id })).status).toBe(404);
    const again = await create(owner, { name: "Wide", channel_id: channel.id });
    expect([again.status, again.body.code]).toEqual([409, "name_taken"]);
    expect((await create(owner, { name: " " })).status).toBe(400);
  });

  it("list the messages that carry them", async () => {
    const channel = await owner.createChannel(workspaceId);
    const { topic } = (await create(owner, { name: "Listed", channel_id: channel.id })).body;
    await owner.post(channel.id, "beside it");
    const one = await owner.post(channel.id, "about it", { topic_id: topic.id });
    await owner.post(channel.id, "beside it again");
    const two = await owner.post(channel.id, "about it again", { topic_id: topic.id });
    expect(one.event.payload).toMatchObject({ topic_id: topic.id });
    const page = await member.list(channel.id, `?topic_id=${topic.id}`);
    expect(page).toMatchObject({ oldest_seq: 2, newest_seq: 4, has_older: false, has_newer: false });
    expect(page.messages).toEqual([one.message, two.message]);
    expect((await member.list(channel.id)).messages).toHaveLength(4);
  });

  it("that a message names must be of its channel or of the whole workspace", async () => {
    const [here, there] = [await owner.createChannel(workspaceId), await owner.createChannel(workspaceId)];
    const topicOf = async (body: object) => (await create(owner, body)).body.topic as Topic;
    const wide = await topicOf({ name: `wide ${here.id}` });
    const mine = await topicOf({ name: "mine", channel_id: here.id });
    const other = await topicOf({ name: "other", channel_id: there.id });
    const foreign = await owner.ok(
      "POST",
      `/api/workspaces/${(await owner.createWorkspace("Foreign")).id}/topics`,
      { body: { name: "foreign" } },
    );
    for (const topic of [wide, mine])
      expect((await member.post(here.id, "x", { topic_id: topic.id })).message.topic_id).toBe(topic.id);
    for (const topic_id of [other.id, foreign.topic.id, newId("top"), "nonsense"]) {
      const path = `/api/channels/${here.id}/messages`;
      const answer = await member.request("POST", path, { body: { body: "x", topic_id } });
      expect([answer.status, answer.body]).toMatchObject([
        400,
        { code: "invalid_request", error: "topic_id names no topic of this channel" },
      ]);
    }
    expect((await member.list(here.id)).messages).toHaveLength(2);
  });
});
