import type { Channel, ReadReceipt, User } from "@clickclack/protocol/http/shapes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import type { ClickClack } from "../support/ClickClack.ts";
import { Cluster, clientOf } from "../support/Cluster.ts";
import { EventSocket } from "../support/EventSocket.ts";
import { Operator } from "../support/Operator.ts";
import { until } from "../support/until.ts";

type Person = { readonly user: User; readonly client: ApiClient };

let cluster: Cluster;
let second: ClickClack;
let operator: Operator;
let ann: Person;
let bob: Person;
let workspaceId = "";
const sockets: Array<EventSocket> = [];

/** Two gateways; the second is used where something must be the same on both. */
beforeAll(async () => {
  cluster = await Cluster.create();
  const first = await cluster.add();
  second = await cluster.add({ role: "gateway" });
  operator = await Operator.connect(first);
  [ann, bob] = [await clientOf(first).signUp("Ann"), await clientOf(first).signUp("Bob")];
  workspaceId = (await ann.client.createWorkspace("Personal")).id;
  await operator.addMember(workspaceId, bob.user.id);
});
afterAll(async () => {
  for (const socket of sockets) socket.close();
  await operator?.close();
  await cluster?.stop();
});

const elsewhere = ({ client }: Person): ApiClient => client.at(second.url);
const watch = async ({ client }: Person, node = cluster.nodes[0]!): Promise<EventSocket> => {
  const socket = await EventSocket.open(node.webSocketUrl, { workspaceId, headers: client.headers });
  sockets.push(socket);
  await socket.barrier();
  return socket;
};
const personalFrames = (socket: EventSocket, id: string) =>
  socket.ephemerals.filter(
    ({ payload, type }) => type !== "presence.changed" && JSON.stringify(payload).includes(id),
  );

const read = async (client: ApiClient, id: string, seq: number): Promise<ReadReceipt> =>
  (await client.ok("POST", `/api/channels/${id}/read`, { body: { seq } })).receipt;
const seen = async (client: ApiClient, id: string): Promise<Channel> => {
  const { channels } = await client.ok("GET", `/api/workspaces/${workspaceId}/channels`);
  return channels.find((channel: Channel) => channel.id === id);
};
/** A channel in which ann said so many things. */
const talk = async (...bodies: ReadonlyArray<string>) => {
  const channel = await ann.client.createChannel(workspaceId);
  const messages = [];
  for (const body of bodies) messages.push((await ann.client.post(channel.id, body)).message);
  return { channel, messages };
};

describe("reading", () => {
  it("goes forward only, and no further than what was said", async () => {
    const { channel } = await talk("one", "two", "three");
    const receipt = await read(bob.client, channel.id, 2);
    expect(receipt).toEqual({
      scope_id: channel.id,
      user_id: bob.user.id,
      last_read_seq: 2,
      last_read_at: expect.any(String),
    });
    expect(await read(bob.client, channel.id, 1)).toEqual(receipt);
    expect(await read(bob.client, channel.id, 999)).toMatchObject({ last_read_seq: 3 });
    expect(await seen(bob.client, channel.id)).toMatchObject({
      last_seq: 3,
      last_read_seq: 3,
      unread_count: 0,
    });
    const path = `/api/channels/${channel.id}/read`;
    for (const seq of [-1, 1.5, "1", null])
      expect((await bob.client.request("POST", path, { body: { seq } })).status).toBe(400);
  });

  it("of fifty devices at once ends at the highest, on both gateways", async () => {
    const { channel } = await talk(...Array.from({ length: 50 }, (_, i) => `message ${i}`));
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => {
        const client = i % 2 ? bob.client : elsewhere(bob);
        const path = `/api/channels/${channel.id}/read`;
        return client.request("POST", path, { body: { seq: i + 1 } });
      }),
    );
    expect(answers.map(({ status }) => status).filter((status) => status !== 200)).toEqual([]);
    for (const client of [bob.client, elsewhere(bob)])
      expect(await seen(client, channel.id)).toMatchObject({ last_read_seq: 50, unread_count: 0 });
  });

  it("counts what others said and whom they called, and keeps count over edits and deletions", async () => {
    const mention = `see @${bob.user.handle}`;
    const { channel, messages } = await talk("plain", mention, "@channel all", mention);
    const counts = async () => {
      const { unread_count, mention_count } = await seen(elsewhere(bob), channel.id);
      return [unread_count, mention_count];
    };
    expect(await counts()).toEqual([4, 3]);
    expect(await seen(ann.client, channel.id)).toMatchObject({ unread_count: 0, mention_count: 0 });
    await ann.client.ok("PATCH", `/api/messages/${messages[1]!.id}`, { body: { body: "never mind" } });
    expect(await counts()).toEqual([4, 2]);
    await ann.client.ok("PATCH", `/api/messages/${messages[0]!.id}`, { body: { body: mention } });
    expect(await counts()).toEqual([4, 3]);
    await ann.client.ok("DELETE", `/api/messages/${messages[3]!.id}`);
    expect(await counts()).toEqual([3, 2]);
    await bob.client.post(channel.id, `I am @${bob.user.handle}`);
    expect(await counts()).toEqual([3, 2]);
    await read(bob.client, channel.id, 2);
    expect(await counts()).toEqual([1, 1]);
    await read(bob.client, channel.id, 5);
    expect(await counts()).toEqual([0, 0]);
  });

  it("is taken back by marking unread, from any message on", async () => {
    const { channel } = await talk("one", "two", "three");
    await read(bob.client, channel.id, 3);
    const path = `/api/channels/${channel.id}/unread`;
    const { receipt } = await bob.client.ok("POST", path, { body: { seq: 2 } });
    expect(receipt).toMatchObject({ last_read_seq: 1 });
    expect(await seen(bob.client, channel.id)).toMatchObject({ last_read_seq: 1, unread_count: 2 });
    // What is unread already stays so.
    expect((await bob.client.ok("POST", path, { body: { seq: 3 } })).receipt).toMatchObject({
      last_read_seq: 1,
    });
    expect(await read(bob.client, channel.id, 3)).toMatchObject({ last_read_seq: 3 });
  });

  it("is told to one's other sockets on every gateway, and to nobody else", async () => {
    const { channel } = await talk("one", "two");
    const body = { workspace_id: workspaceId, member_ids: [bob.user.id] };
    const dm = (await ann.client.ok("POST", "/api/dms", { body })).conversation.id;
    await ann.client.ok("POST", `/api/dms/${dm}/messages`, { body: { body: "hi" } });
    const mine = [await watch(bob), await watch(bob, second)];
    const other = await watch(ann);
    await read(bob.client, channel.id, 2);
    await read(bob.client, channel.id, 2);
    await elsewhere(bob).ok("POST", `/api/dms/${dm}/read`, { body: { seq: 1 } });
    for (const socket of mine) {
      await until(() => personalFrames(socket, dm).length > 0, { what: "dm.read" });
      expect(personalFrames(socket, channel.id)).toEqual([
        expect.objectContaining({
          type: "channel.read",
          cursor: "",
          channel_id: channel.id,
          payload: { user_id: bob.user.id, channel_id: channel.id, last_read_seq: 2 },
        }),
      ]);
      const [frame, ...more] = personalFrames(socket, dm);
      expect([frame!.type, frame!.payload, more]).toEqual([
        "dm.read",
        { user_id: bob.user.id, direct_conversation_id: dm, last_read_seq: 1 },
        [],
      ]);
      expect(frame).not.toHaveProperty("channel_id");
    }
    // Ann's own comes after bob's in the same stream.
    await ann.client.ok("PUT", `/api/channels/${channel.id}/draft`, { body: { body: "later" } });
    await until(() => personalFrames(other, channel.id).length > 0, { what: "ann's own frame" });
    expect(JSON.stringify(other.ephemerals.filter(({ type }) => type.endsWith(".read")))).toBe("[]");
  });
});

it("notification settings are all at first, and what one chose then, for oneself", async () => {
  const { channel } = await talk("one");
  const path = `/api/channels/${channel.id}/notification-settings`;
  expect(await bob.client.ok("GET", path)).toEqual({ preference: "all" });
  for (const preference of ["muted", "mentions", "all", "muted"]) {
    expect(await bob.client.ok("PATCH", path, { body: { preference } })).toEqual({ preference });
    expect(await elsewhere(bob).ok("GET", path)).toEqual({ preference });
  }
  expect(await ann.client.ok("GET", path)).toEqual({ preference: "all" });
  expect((await bob.client.request("PATCH", path, { body: { preference: "loud" } })).status).toBe(400);
  // What was read is not lost by it.
  await read(bob.client, channel.id, 1);
  expect(await bob.client.ok("GET", path)).toEqual({ preference: "muted" });
});

describe("a draft", () => {
  const draftOf = (channel: Channel) => `/api/channels/${channel.id}/draft`;

  it("is kept for oneself, told to one's other devices, and dropped", async () => {
    const { channel } = await talk("one");
    const path = draftOf(channel);
    const none = await bob.client.request("GET", path);
    expect([none.status, none.body.code]).toEqual([404, "not_found"]);
    const device = await watch(bob, second);
    const text = "as far as I can see … 👀";
    const { draft } = await bob.client.ok("PUT", path, { body: { body: text } });
    expect(draft).toEqual({ body: text, updated_at: expect.any(String) });
    expect(await elsewhere(bob).ok("GET", path)).toEqual({ draft });
    expect((await ann.client.request("GET", path)).status).toBe(404);
    await read(bob.client, channel.id, 1);
    expect(await bob.client.ok("GET", path)).toEqual({ draft });
    expect(await bob.client.ok("DELETE", path)).toEqual({ ok: true });
    expect((await elsewhere(bob).request("GET", path)).status).toBe(404);
    expect(await bob.client.ok("DELETE", path)).toEqual({ ok: true });
    const told = () => personalFrames(device, channel.id).filter(({ type }) => type === "draft.updated");
    await until(() => told().length === 2, { what: "both changes" });
    expect(told().map(({ payload }) => payload["has_draft"])).toEqual([true, false]);
    for (const body of ["", 5, "x".repeat(40_001)])
      expect((await bob.client.request("PUT", path, { body: { body } })).status).toBe(400);
  });

  it("is gone after its author's next message there, and nobody else's", async () => {
    const { channel } = await talk("one");
    const path = draftOf(channel);
    await bob.client.ok("PUT", path, { body: { body: "hm" } });
    await ann.client.post(channel.id, "not mine");
    expect((await bob.client.request("GET", path)).status).toBe(200);
    await bob.client.post(channel.id, "hm!");
    expect((await bob.client.request("GET", path)).status).toBe(404);
    expect((await elsewhere(bob).request("GET", path)).status).toBe(404);
    await bob.client.ok("PUT", path, { body: { body: "and" } });
    expect((await elsewhere(bob).ok("GET", path)).draft.body).toBe("and");
  });
});
