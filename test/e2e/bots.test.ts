import type { Channel, User } from "@clickclack/protocol/http/shapes";
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { EventSocket } from "../support/EventSocket.ts";
import { oneServer } from "../support/oneServer.ts";
import { until } from "../support/until.ts";

const clickclack = oneServer();

let owner: { readonly user: User; readonly client: ApiClient };
let workspaceId = "";
let elsewhereId = "";
let channel: Channel;

beforeAll(async () => {
  owner = await clickclack.client.signUp("Owner");
  workspaceId = (await owner.client.createWorkspace()).id;
  elsewhereId = (await owner.client.createWorkspace()).id;
  channel = await owner.client.createChannel(workspaceId);
});

/** A bot of the workspace, whose token is good for these scopes and bundles. */
const botWith = async (...scopes: ReadonlyArray<string>) => {
  const made = await clickclack.operator.createBot(workspaceId, scopes, { owner: owner.user.id });
  return { id: made.botId, token: made.token, client: clickclack.client.withToken(made.token.token) };
};
type Bot = Awaited<ReturnType<typeof botWith>>;
const watch = (client: ApiClient) => clickclack.watch({ workspaceId, headers: client.headers });
const refused = async (client: ApiClient, method: string, path: string, body?: object) => {
  const answer = await client.request(method, path, body ? { body } : {});
  return [answer.status, answer.body.code, answer.body.error];
};

it("a bot's message names its author as a bot, and the person who answers for it", async () => {
  const bot = await botWith("bot:write");
  expect(bot.token.token).toMatch(/^ccb_/);
  const me = await bot.client.me();
  expect(me).toMatchObject({ id: bot.id, kind: "bot", owner_user_id: owner.user.id });
  const { message } = await bot.client.post(channel.id, "beep");
  expect(message.author).toEqual(me);
  expect((await owner.client.list(channel.id, "?limit=1")).messages).toEqual([message]);
  const { members } = await owner.client.ok("GET", `/api/workspaces/${workspaceId}/members`);
  expect(members).toContainEqual(expect.objectContaining({ user: me, role: "bot" }));
});

describe("a token", () => {
  it("opens its own workspace alone, even where its bot is a member of another", async () => {
    const bot = await botWith("bot:admin");
    await clickclack.operator.addMember(elsewhereId, bot.id, "bot");
    const { id: there } = await owner.client.createChannel(elsewhereId);
    const { message } = await owner.client.post(there, "elsewhere");
    const { workspaces } = await bot.client.ok("GET", "/api/workspaces");
    expect(workspaces.map(({ id }: { id: string }) => id)).toEqual([workspaceId]);
    const stranger = (await clickclack.client.signUp("Stranger")).client;
    for (const [method, path, body] of [
      ["GET", `/api/workspaces/${elsewhereId}`],
      ["GET", `/api/workspaces/${elsewhereId}/channels`],
      ["POST", `/api/workspaces/${elsewhereId}/channels`, { name: "mine" }],
      ["GET", `/api/realtime/events?workspace_id=${elsewhereId}`],
      ["GET", `/api/search?workspace_id=${elsewhereId}&q=elsewhere`],
      ["GET", `/api/channels/${there}/messages`],
      ["POST", `/api/channels/${there}/messages`, { body: "x" }],
      ["GET", `/api/messages/${message.id}`],
      ["PATCH", `/api/messages/${message.id}`, { body: "x" }],
    ] as const) {
      const answer = await refused(bot.client, method, path, body);
      expect([method, path, ...answer]).toEqual([
        method,
        path,
        ...(await refused(stranger, method, path, body)),
      ]);
      expect(answer[0]).toBe(404);
    }
    const open = EventSocket.open(clickclack.server.webSocketUrl, {
      workspaceId: elsewhereId,
      headers: bot.client.headers,
    });
    await expect(open).rejects.toMatchObject({ status: 404 });
  });

  it("is refused with the name of the scope that it lacks", async () => {
    const { client } = await botWith("messages:read");
    expect(await refused(client, "POST", `/api/channels/${channel.id}/messages`, { body: "x" })).toEqual([
      403,
      "missing_scope",
      "this token lacks the scope messages:write",
    ]);
    expect((await refused(client, "GET", "/api/me"))[2]).toContain("profile:read");
    expect((await client.list(channel.id)).messages.length).toBeGreaterThanOrEqual(0);
    const open = EventSocket.open(clickclack.server.webSocketUrl, { workspaceId, headers: client.headers });
    await expect(open).rejects.toMatchObject({ status: 403 });
  });

  it("of a bot and one of a person are told apart by how they begin", async () => {
    const bot = await botWith("bot:read");
    const [disguised] = [bot.token.token.replace(/^ccb_/, "cct_")];
    expect((await refused(clickclack.client.withToken(disguised), "GET", "/api/me"))[0]).toBe(401);
    const { token } = await clickclack.client.signUp("Person");
    const person = clickclack.client.withToken(token.replace(/^cct_/, "ccb_"));
    expect((await refused(person, "GET", "/api/me"))[0]).toBe(401);
  });

  it.each([
    ["POST", "/api/workspaces", { name: "Robots" }],
    ["DELETE", "/api/dms/dm_00000000000000000000000000", undefined],
    ["POST", "/api/dms/dm_00000000000000000000000000/open", undefined],
    ["PUT", "/api/channels/chn_00000000000000000000000000/draft", { body: "x" }],
  ])("opens no bot what is for people: %s %s", async (method, path, body) => {
    const { client } = await botWith("bot:admin", "agent_activity:write");
    expect((await refused(client, method, path, body)).slice(0, 2)).toEqual([403, "not_allowed_for_bots"]);
  });
});

describe("an agent", () => {
  const progress = (client: ApiClient, body: object = {}) =>
    client.request("POST", "/api/realtime/ephemeral", {
      body: {
        workspace_id: workspaceId,
        type: "agent.progress",
        channel_id: channel.id,
        payload: { turn_id: "t1", seq: 1, op: "append", line: "thinking", user_id: owner.user.id },
        ...body,
      },
    });

  it("shows its progress to who sees the channel, itself too, and in no replay", async () => {
    const agent = await botWith("bot:write", "agent_activity:write");
    const sockets = [await watch(owner.client), await watch(agent.client)];
    const { status, body } = await progress(agent.client);
    expect(status).toBe(202);
    expect(body.event).toMatchObject({
      type: "agent.progress",
      cursor: "",
      channel_id: channel.id,
      payload: { turn_id: "t1", seq: 1, op: "append", line: "thinking", user_id: agent.id },
    });
    for (const socket of sockets) {
      await until(() => socket.ephemerals.some(({ id }) => id === body.event.id), { what: "progress" });
      expect(socket.ephemerals).toContainEqual(body.event);
    }
    const replay = await owner.client.ok("GET", `/api/realtime/events?workspace_id=${workspaceId}`);
    expect(JSON.stringify(replay)).not.toContain("agent.progress");
  });

  it("needs the scope, one target and a well-formed step", async () => {
    const agent = await botWith("agent_activity:write");
    const plain = await botWith("bot:admin");
    const { status, body } = await progress(plain.client);
    expect([status, body.code, body.error]).toEqual([
      403,
      "missing_scope",
      "this token lacks the scope agent_activity:write",
    ]);
    expect((await progress(owner.client)).status).toBe(403);
    expect((await progress(agent.client)).status).toBe(202);
    for (const wrong of [
      { payload: { turn_id: "t1", op: "rewind" } },
      { payload: { op: "append" } },
      { payload: undefined },
      { channel_id: undefined },
      { direct_conversation_id: "dm_00000000000000000000000000" },
    ])
      expect([wrong, (await progress(agent.client, wrong)).status]).toEqual([wrong, 400]);
  });

  it("posts lines about its work only by a token for that", async () => {
    const [agent, plain] = [await botWith("bot:write", "agent_activity:write"), await botWith("bot:write")];
    const line = { body: "looked it up", kind: "agent_tool", turn_id: "t1" };
    const path = `/api/channels/${channel.id}/messages`;
    expect((await agent.client.ok("POST", path, { body: line })).message).toMatchObject(line);
    expect((await refused(plain.client, "POST", path, line))[2]).toContain("agent_activity:write");
  });
});

describe("conversations of a bot", () => {
  const WITHOUT = ["messages:read", "messages:write", "threads:read", "threads:write", "realtime:read"];
  const conversation = async (bot: Bot) => {
    const body = { workspace_id: workspaceId, member_ids: [bot.id] };
    const { id } = (await owner.client.ok("POST", "/api/dms", { body })).conversation;
    const said = await owner.client.ok("POST", `/api/dms/${id}/messages`, { body: { body: "psst" } });
    return { id, messageId: said.message.id as string };
  };
  const replay = async ({ client }: Bot) =>
    (await client.ok("GET", `/api/realtime/events?workspace_id=${workspaceId}&limit=500`)).events;

  it("are shut to a token that is not good for them, by every way to them", async () => {
    const bot = await botWith(...WITHOUT);
    const live = await watch(bot.client);
    const { id, messageId } = await conversation(bot);
    const of = `/api/messages/${messageId}`;
    for (const [method, path, body] of [
      ["GET", `/api/dms/${id}`],
      ["GET", `/api/dms/${id}/messages`],
      ["POST", `/api/dms/${id}/messages`, { body: "x" }],
      ["GET", of],
      ["GET", `${of}/thread`],
      ["GET", `${of}/history`],
      ["POST", `${of}/thread/replies`, { body: "x" }],
      ["POST", `${of}/reactions`, { emoji: "x" }],
      ["GET", `/api/search?workspace_id=${workspaceId}&q=psst&direct_conversation_id=${id}`],
      [
        "POST",
        "/api/realtime/ephemeral",
        { workspace_id: workspaceId, type: "typing.started", direct_conversation_id: id },
      ],
    ] as const) {
      const [status, code, error] = await refused(bot.client, method, path, body);
      expect([method, path, status, code]).toEqual([method, path, 403, "missing_scope"]);
      expect(error).toMatch(/dms:(read|write)$/);
    }
    const { event } = await owner.client.post(channel.id, "in the open");
    const late = await watch(bot.client);
    for (const socket of [live, late]) {
      await socket.barrier();
      expect(socket.events).toContainEqual(event);
      expect(JSON.stringify([socket.events, socket.ephemerals])).not.toContain(messageId);
    }
    expect(JSON.stringify(await replay(bot))).not.toContain(messageId);
  });

  it("are open to one that is, live and on replay", async () => {
    const bot = await botWith(...WITHOUT, "dms:read", "dms:write");
    const live = await watch(bot.client);
    const { id, messageId } = await conversation(bot);
    await bot.client.ok("POST", `/api/dms/${id}/messages`, { body: { body: "beep" } });
    expect((await bot.client.ok("GET", `/api/messages/${messageId}`)).message.body).toBe("psst");
    await live.barrier();
    expect(JSON.stringify(live.events)).toContain(messageId);
    expect(JSON.stringify(await replay(bot))).toContain(messageId);
  });
});
