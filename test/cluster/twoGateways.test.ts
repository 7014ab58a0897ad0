import type { Message } from "@clickclack/protocol/http/shapes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import type { ClickClack } from "../support/ClickClack.ts";
import { Cluster, clientOf } from "../support/Cluster.ts";
import { EventSocket } from "../support/EventSocket.ts";
import { readLog } from "../support/readLog.ts";

const ROUNDS = 80;

let cluster: Cluster;
let nodes: readonly [ClickClack, ClickClack];
let clients: readonly [ApiClient, ApiClient];

beforeAll(async () => {
  cluster = await Cluster.create();
  const all = await cluster.add();
  nodes = [all, await cluster.add({ role: "gateway" })];
  clients = [clientOf(nodes[0]), clientOf(nodes[1])];
});
afterAll(() => cluster.stop());

/** A workspace with a channel, made at the first node. */
const room = async () => {
  const workspace = await clients[0].createWorkspace();
  return { workspace, channel: await clients[0].createChannel(workspace.id) };
};

/** Runs `round` with writer and reader on different nodes, changing places every time. */
const alternating = async (
  rounds: number,
  round: (writer: ApiClient, reader: ApiClient, i: number) => Promise<void>,
) => {
  for (let i = 0; i < rounds; i++) await round(clients[i % 2]!, clients[(i + 1) % 2]!, i);
};

describe("what one gateway acknowledged is in the next answer of the other", () => {
  it("as a message in the list", async () => {
    const { channel } = await room();
    await alternating(ROUNDS, async (writer, reader, i) => {
      const { message } = await writer.post(channel.id, `message ${i}`);
      expect((await reader.list(channel.id, "?limit=1")).messages).toEqual([message]);
    });
  });

  it("as a message by its id", async () => {
    const { channel } = await room();
    await alternating(ROUNDS, async (writer, reader, i) => {
      const { message } = await writer.post(channel.id, `message ${i}`);
      expect((await reader.ok("GET", `/api/messages/${message.id}`)).message).toEqual(message);
    });
  });

  it("as a reply in its thread, and the thread's state", async () => {
    const { channel } = await room();
    const { message: root } = await clients[0].post(channel.id, "root");
    await alternating(ROUNDS, async (writer, reader, i) => {
      const sent = await writer.ok("POST", `/api/messages/${root.id}/thread/replies`, {
        body: { body: `reply ${i}` },
      });
      const thread = await reader.ok("GET", `/api/messages/${root.id}/thread?latest=true&limit=1`);
      expect(thread.replies).toEqual([sent.message]);
      expect(thread.thread_state).toEqual(sent.thread_state);
      expect(thread.thread_state.reply_count).toBe(i + 1);
    });
  });

  it("as an edit, a reaction and a deletion", async () => {
    const { channel } = await room();
    await alternating(ROUNDS / 2, async (writer, reader, i) => {
      const { message } = await writer.post(channel.id, `draft ${i}`);
      const path = `/api/messages/${message.id}`;
      const read = async (): Promise<Message> => (await reader.ok("GET", path)).message;
      const edited = await writer.ok("PATCH", path, { body: { body: `final ${i}` } });
      expect(await read()).toEqual(edited.message);
      const { reactions } = await writer.ok("POST", `${path}/reactions`, { body: { emoji: "👍" } });
      expect((await read()).reactions).toEqual(reactions);
      await writer.ok("DELETE", `${path}/reactions/${encodeURIComponent("👍")}`);
      expect((await read()).reactions).toEqual([]);
      const deleted = await writer.ok("DELETE", path);
      expect(await read()).toEqual(deleted.message);
      expect(deleted.message).toMatchObject({ body: "", channel_seq: message.channel_seq });
    });
  });

  it("as a workspace, a channel and its new name in the lists", async () => {
    await alternating(ROUNDS / 4, async (writer, reader) => {
      const workspace = await writer.createWorkspace();
      expect((await reader.ok("GET", "/api/workspaces")).workspaces).toContainEqual(workspace);
      const channel = await writer.createChannel(workspace.id);
      const list = async () => (await reader.ok("GET", `/api/workspaces/${workspace.id}/channels`)).channels;
      expect(await list()).toEqual([channel]);
      const body = { name: `${channel.name}-renamed` };
      const renamed = await writer.ok("PATCH", `/api/channels/${channel.id}`, { body });
      expect(await list()).toEqual([renamed.channel]);
    });
  });
});

it("sockets of both gateways get every event, whichever gateway it was sent to", async () => {
  const { workspace, channel } = await room();
  const sockets = await Promise.all(
    nodes.map(({ webSocketUrl }) => EventSocket.open(webSocketUrl, { workspaceId: workspace.id })),
  );
  await alternating(ROUNDS, async (writer, _, i) => void (await writer.post(channel.id, `message ${i}`)));
  await Promise.all(sockets.map((socket) => socket.barrier()));
  const { frames } = await readLog(cluster.nats, workspace.id);
  expect(frames).toHaveLength(ROUNDS + 1);
  for (const socket of sockets) {
    expect(socket.events).toEqual(frames);
    socket.close();
  }
});

it("an event that arrived on a socket of one gateway can be read at the other, and its cursor is good there", async () => {
  const { workspace, channel } = await room();
  const socket = await EventSocket.open(nodes[0].webSocketUrl, { workspaceId: workspace.id });
  const [, other] = clients;
  const seen = new Promise<void>((resolve, reject) => {
    socket.socket.on("message", (data) => {
      const { type, cursor, payload } = JSON.parse(String(data));
      if (type !== "message.created") return;
      const query = `workspace_id=${workspace.id}&after_cursor=${cursor}`;
      const reads = [
        other.ok("GET", `/api/messages/${payload.message_id}`),
        other.ok("GET", `/api/realtime/events?${query}`),
      ];
      Promise.all(reads).then(() => payload.nonce === "last" && resolve(), reject);
    });
  });
  for (let i = 0; i < ROUNDS; i++) await clients[0].post(channel.id, `message ${i}`);
  await clients[0].post(channel.id, "the end", { nonce: "last" });
  await seen;
  socket.close();
});

it("development mode and sessions are the same at both", async () => {
  const me = await Promise.all(clients.map((client) => client.me()));
  expect(me[0]!.display_name).toBe("Local Captain");
  expect(me[1]).toEqual(me[0]);
  await alternating(20, async (writer, reader, i) => {
    const { user, token } = await writer.signUp(`visitor${i}`);
    expect(await reader.withToken(token).me()).toEqual(user);
  });
});

it("an account that has just signed up is the author of what it sends, as the other gateway tells it", async () => {
  await alternating(20, async (writer, reader, i) => {
    const { user, token } = await writer.signUp(`author${i}`);
    const author = writer.withToken(token);
    const workspace = await author.createWorkspace();
    const channel = await author.createChannel(workspace.id);
    const { message } = await author.post(channel.id, "hello");
    expect(message.author).toEqual(user);
    expect((await reader.withToken(token).list(channel.id)).messages).toEqual([message]);
  });
});

describe("one message comes of fifty requests at once over both gateways", () => {
  const many = <A>(send: (client: ApiClient) => Promise<A>) =>
    Promise.all(Array.from({ length: 50 }, (_, i) => send(clients[i % 2]!)));

  it("with one nonce", async () => {
    const { workspace, channel } = await room();
    const body = { body: "once", nonce: crypto.randomUUID() };
    const answers = await many((client) =>
      client.request("POST", `/api/channels/${channel.id}/messages`, { body }),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(49);
    expect(new Set(answers.map(({ body: { message } }) => message.id)).size).toBe(1);
    const { events } = await readLog(cluster.nats, workspace.id);
    expect(events.filter(({ type }) => type === "message.created")).toHaveLength(1);
  });

  it("with one Idempotency-Key", async () => {
    const { workspace, channel } = await room();
    const request = { body: { body: "once" }, headers: { "Idempotency-Key": crypto.randomUUID() } };
    const answers = await many((client) =>
      client.request("POST", `/api/channels/${channel.id}/messages`, request),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    const { events } = await readLog(cluster.nats, workspace.id);
    expect(events.filter(({ type }) => type === "message.created")).toHaveLength(1);
  });

  it("or one workspace", async () => {
    const request = { body: { name: "Once" }, headers: { "Idempotency-Key": crypto.randomUUID() } };
    const answers = await many((client) => client.request("POST", "/api/workspaces", request));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });
});
