import type { Channel, User, Workspace } from "@clickclack/protocol/http/shapes";
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";

const clickclack = oneServer();
let ann: { readonly user: User; readonly client: ApiClient };
let bob: typeof ann;
let workspace: Workspace;
let channel: Channel;

beforeAll(async () => {
  [ann, bob] = await Promise.all([clickclack.client.signUp("Ann"), clickclack.client.signUp("Bob")]);
  workspace = await ann.client.createWorkspace();
  channel = await ann.client.createChannel(workspace.id);
  await clickclack.operator.addMember(workspace.id, bob.user.id);
});

const EMPTY_EVENT = { id: "", cursor: "", type: "", workspace_id: "", created_at: "", payload: {} };

describe("posting", () => {
  it("answers 201 with the whole message and its event", async () => {
    const topics = `/api/workspaces/${workspace.id}/topics`;
    const { topic } = await ann.client.ok("POST", topics, { body: { name: "releases" } });
    const answer = await ann.client.request("POST", `/api/channels/${channel.id}/messages`, {
      body: { body: "  **hi**  ", kind: "note", turn_id: "turn-1", topic_id: topic.id, nonce: "n-1" },
      headers: { "X-Correlation-ID": "trace:1" },
    });
    expect(answer.status).toBe(201);
    const { message, event } = answer.body;
    expect(message).toEqual({
      id: expect.stringMatching(/^msg_[0-9a-hjkmnp-tv-z]{26}$/),
      workspace_id: workspace.id,
      channel_id: channel.id,
      author_id: ann.user.id,
      author: ann.user,
      thread_root_id: message.id,
      channel_seq: expect.any(Number),
      body: "**hi**",
      body_format: "markdown",
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      kind: "note",
      turn_id: "turn-1",
      topic_id: topic.id,
      nonce: "n-1",
      thread_state: { root_message_id: message.id, reply_count: 0, last_reply_author_ids: [] },
      reactions: [],
    });
    expect(event).toEqual({
      id: expect.stringMatching(/^evt_/),
      cursor: expect.stringMatching(/^cur_/),
      type: "message.created",
      workspace_id: workspace.id,
      channel_id: channel.id,
      seq: message.channel_seq,
      created_at: message.created_at,
      payload: {
        message_id: message.id,
        author_id: ann.user.id,
        nonce: "n-1",
        kind: "note",
        turn_id: "turn-1",
        topic_id: topic.id,
        correlation_id: "trace:1",
      },
    });
    expect((await bob.client.ok("GET", `/api/messages/${message.id}`)).message).toEqual(message);
  });

  it("keeps what it quotes as it read then", async () => {
    const { message: quoted } = await bob.client.post(channel.id, "to be or not");
    const { message } = await ann.client.post(channel.id, "indeed", { quoted_message_id: quoted.id });
    await bob.client.ok("PATCH", `/api/messages/${quoted.id}`, { body: { body: "changed" } });
    expect((await ann.client.ok("GET", `/api/messages/${message.id}`)).message).toMatchObject({
      quoted_message_id: quoted.id,
      quoted_body_snapshot: "to be or not",
      quoted_author_id: bob.user.id,
      quoted_author: bob.user,
    });
  });

  it("quotes only what is there in the same channel", async () => {
    const other = await ann.client.createChannel(workspace.id);
    const { message } = await ann.client.post(other.id, "elsewhere");
    for (const quoted_message_id of [message.id, "msg_unknown", "*"]) {
      const body = { body: "see", quoted_message_id };
      const answer = await ann.client.request("POST", `/api/channels/${channel.id}/messages`, { body });
      expect([answer.status, answer.body.code]).toEqual([400, "invalid_request"]);
    }
  });
});

describe("editing", () => {
  it("answers 200 with the message and its event, to its author alone", async () => {
    const { message } = await ann.client.post(channel.id, "draft");
    const path = `/api/messages/${message.id}`;
    const { status, body } = await ann.client.request("PATCH", path, { body: { body: " final " } });
    expect(status).toBe(200);
    expect(body.message).toEqual({ ...message, body: "final", edited_at: body.event.created_at });
    expect(body.event).toMatchObject({ type: "message.updated", channel_id: channel.id });
    expect(body.event).not.toHaveProperty("seq");
    expect(body.event.payload).toEqual({ message_id: message.id, root_message_id: message.id });
    const refused = await bob.client.request("PATCH", path, { body: { body: "mine" } });
    expect([refused.status, refused.body.code]).toEqual([403, "not_author"]);
  });
});

describe("deleting", () => {
  it("leaves the slot without body and reactions, and says nothing new when it is repeated", async () => {
    const { message } = await bob.client.post(channel.id, "oops");
    const path = `/api/messages/${message.id}`;
    await ann.client.ok("POST", `${path}/reactions`, { body: { emoji: "👀" } });
    const { body } = await bob.client.request("DELETE", path);
    expect(body.message).toEqual({ ...message, body: "", deleted_at: body.event.created_at });
    expect(body.event.payload).toEqual({ message_id: message.id, root_message_id: message.id });
    expect(await bob.client.ok("DELETE", path)).toEqual({ message: body.message, event: EMPTY_EVENT });
    const listed = (await ann.client.list(channel.id)).messages.find(({ id }) => id === message.id);
    expect(listed).toEqual(body.message);
  });

  it("is for the author and for owners", async () => {
    const { message: anns } = await ann.client.post(channel.id, "keep");
    const refused = await bob.client.request("DELETE", `/api/messages/${anns.id}`);
    expect([refused.status, refused.body.code]).toEqual([403, "not_author"]);
    const { message: bobs } = await bob.client.post(channel.id, "rude");
    expect((await ann.client.request("DELETE", `/api/messages/${bobs.id}`)).status).toBe(200);
  });

  it("ends editing, replying and reacting with 409", async () => {
    const { message } = await ann.client.post(channel.id, "gone");
    const path = `/api/messages/${message.id}`;
    await ann.client.ok("DELETE", path);
    const answers = await Promise.all([
      ann.client.request("PATCH", path, { body: { body: "back" } }),
      ann.client.request("POST", `${path}/thread/replies`, { body: { body: "re" } }),
      ann.client.request("POST", `${path}/reactions`, { body: { emoji: "x" } }),
    ]);
    for (const { status, body } of answers) expect([status, body.code]).toEqual([409, "message_deleted"]);
  });
});

describe("replying in a thread", () => {
  it("answers 201 with reply, thread state and both events", async () => {
    const { message: root } = await ann.client.post(channel.id, "root");
    const path = `/api/messages/${root.id}/thread/replies`;
    const { status, body } = await bob.client.request("POST", path, {
      body: { body: "re", nonce: `re-${root.id}` },
      headers: { "X-Correlation-ID": "trace:2" },
    });
    expect(status).toBe(201);
    const { message, thread_state, events } = body;
    expect(message).toMatchObject({ parent_message_id: root.id, thread_root_id: root.id, thread_seq: 1 });
    expect(message).not.toHaveProperty("channel_seq");
    expect(message).not.toHaveProperty("thread_state");
    expect(thread_state).toEqual({
      root_message_id: root.id,
      reply_count: 1,
      last_reply_at: message.created_at,
      last_reply_author_ids: [bob.user.id],
    });
    expect(events).toMatchObject([{ type: "thread.reply_created" }, { type: "thread.state_updated" }]);
    expect(events[0]).not.toHaveProperty("seq");
    expect(events[0].payload).toEqual({
      message_id: message.id,
      root_message_id: root.id,
      nonce: `re-${root.id}`,
      correlation_id: "trace:2",
    });
    expect(events[1].payload).toEqual({ root_message_id: root.id });
    expect((await ann.client.ok("GET", `/api/messages/${message.id}`)).message).toEqual(message);
  });

  it("names the last three who replied, newest first", async () => {
    const { message: root } = await ann.client.post(channel.id, "root");
    const others = await Promise.all(["C", "D"].map((name) => clickclack.client.signUp(name)));
    for (const { user } of others) await clickclack.operator.addMember(workspace.id, user.id);
    for (const { client } of [ann, bob, ...others, bob]) {
      await client.ok("POST", `/api/messages/${root.id}/thread/replies`, { body: { body: "re" } });
    }
    const { thread_state } = await ann.client.ok("GET", `/api/messages/${root.id}/thread`);
    expect(thread_state).toMatchObject({
      reply_count: 5,
      last_reply_author_ids: [bob.user.id, others[1]!.user.id, others[0]!.user.id],
    });
  });

  it("is not for replies", async () => {
    const { message: root } = await ann.client.post(channel.id, "root");
    const body = { body: "re" };
    const { message } = await ann.client.ok("POST", `/api/messages/${root.id}/thread/replies`, { body });
    const refused = await ann.client.request("POST", `/api/messages/${message.id}/thread/replies`, { body });
    expect([refused.status, refused.body.code]).toEqual([400, "invalid_parent"]);
  });
});

describe("reacting", () => {
  it("answers 201, then 200 with an empty event, and counts everybody", async () => {
    const { message } = await ann.client.post(channel.id, "nice");
    const path = `/api/messages/${message.id}/reactions`;
    const first = await ann.client.request("POST", path, { body: { emoji: "🎉" } });
    expect(first.status).toBe(201);
    expect(first.body.reactions).toEqual([{ emoji: "🎉", count: 1, reacted_by_me: true }]);
    expect(first.body.event).toMatchObject({ type: "reaction.added", channel_id: channel.id });
    expect(first.body.event.payload).toEqual({
      message_id: message.id,
      emoji: "🎉",
      user_id: ann.user.id,
      count: 1,
    });
    const again = await ann.client.request("POST", path, { body: { emoji: "🎉" } });
    expect([again.status, again.body.event]).toEqual([200, EMPTY_EVENT]);
    const bobs = await bob.client.request("POST", path, { body: { emoji: "🎉" } });
    expect(bobs.body.reactions).toEqual([{ emoji: "🎉", count: 2, reacted_by_me: true }]);
    const gone = await bob.client.request("DELETE", `${path}/${encodeURIComponent("🎉")}`);
    expect(gone.status).toBe(200);
    expect(gone.body.reactions).toEqual([{ emoji: "🎉", count: 1, reacted_by_me: false }]);
    expect(gone.body.event).toMatchObject({ type: "reaction.removed", payload: { count: 1 } });
    const repeated = await bob.client.request("DELETE", `${path}/${encodeURIComponent("🎉")}`);
    expect([repeated.status, repeated.body.event]).toEqual([200, EMPTY_EVENT]);
  });

  it.each([":+1:", "a/b", "100%", "%25", "?x=1#y", " ", "👩‍👩‍👧‍👦", "..", "x y+z"])(
    "takes any text, such as %j, and gives it back percent-encoded once",
    async (emoji) => {
      const { message } = await ann.client.post(channel.id, "odd");
      const path = `/api/messages/${message.id}/reactions`;
      const { reactions } = await ann.client.ok("POST", path, { body: { emoji } });
      expect(reactions).toEqual([{ emoji, count: 1, reacted_by_me: true }]);
      const encoded = encodeURIComponent(emoji).replaceAll(".", "%2E");
      if (emoji !== "..") expect((await ann.client.ok("DELETE", `${path}/${encoded}`)).reactions).toEqual([]);
    },
  );
});

it("a message is found by its nonce, by its author alone, and says that it is supported either way", async () => {
  const nonce = `nonce ${crypto.randomUUID()} ä`;
  const { message } = await ann.client.post(channel.id, "find me", { nonce });
  const path = `/api/messages/by-nonce?workspace_id=${workspace.id}&nonce=${encodeURIComponent(nonce)}`;
  const found = await ann.client.request("GET", path);
  expect([found.status, found.body.message]).toEqual([200, message]);
  const missed = await bob.client.request("GET", path);
  expect([missed.status, missed.body.code]).toEqual([404, "not_found"]);
  for (const { headers } of [found, missed])
    expect(headers.get("X-ClickClack-Message-Nonce")).toBe("supported");
});

it("a message's route is its short id", async () => {
  const { message } = await ann.client.post(channel.id, "link me");
  const { body, status } = await ann.client.request("POST", `/api/messages/${message.id}/route`);
  expect(status).toBe(200);
  expect(body.message).toEqual({ ...message, route_id: `M${message.id.slice(-16).toUpperCase()}` });
});

it("an archived channel takes nothing new but keeps what it has", async () => {
  const archived = await ann.client.createChannel(workspace.id);
  const { message } = await ann.client.post(archived.id, "history");
  await ann.client.ok("PATCH", `/api/channels/${archived.id}`, { body: { archived: true } });
  const path = `/api/messages/${message.id}`;
  const body = { body: "new" };
  const answers = await Promise.all([
    ann.client.request("POST", `/api/channels/${archived.id}/messages`, { body }),
    ann.client.request("PATCH", path, { body }),
    ann.client.request("POST", `${path}/thread/replies`, { body }),
    ann.client.request("POST", `${path}/reactions`, { body: { emoji: "x" } }),
  ]);
  for (const answer of answers) expect([answer.status, answer.body.code]).toEqual([403, "channel_archived"]);
  expect((await bob.client.list(archived.id)).messages).toEqual([message]);
});
