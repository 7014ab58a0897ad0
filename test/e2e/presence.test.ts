import type { Channel, User } from "@clickclack/protocol/http/shapes";
import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import type { ClickClack } from "../support/ClickClack.ts";
import { Cluster, clientOf } from "../support/Cluster.ts";
import { EventSocket } from "../support/EventSocket.ts";
import { Operator } from "../support/Operator.ts";
import { until } from "../support/until.ts";

type Person = { readonly user: User; readonly client: ApiClient };

let cluster: Cluster;
let nodes: readonly [ClickClack, ClickClack];
let operator: Operator;
let ann: Person;
let workspaceId = "";
const sockets: Array<EventSocket> = [];

beforeAll(async () => {
  cluster = await Cluster.create();
  nodes = [await cluster.add(), await cluster.add({ role: "gateway" })];
  operator = await Operator.connect(nodes[0]);
  ann = await clientOf(nodes[0]).signUp("Ann");
  workspaceId = (await ann.client.createWorkspace("Presence")).id;
});
afterAll(async () => {
  for (const socket of sockets) socket.close();
  await operator?.close();
  await cluster?.stop();
});

const newcomer = async (name: string): Promise<Person> => {
  const person = await clientOf(nodes[0]).signUp(name);
  await operator.addMember(workspaceId, person.user.id);
  return person;
};
const connect = async ({ client }: Person, node: 0 | 1 = 0): Promise<EventSocket> => {
  const socket = await EventSocket.open(nodes[node].webSocketUrl, { workspaceId, headers: client.headers });
  sockets.push(socket);
  await socket.barrier();
  return socket;
};
const statuses = (socket: EventSocket, { user }: Person) =>
  socket.ephemerals
    .filter(({ type, payload }) => type === "presence.changed" && payload["user_id"] === user.id)
    .map(({ payload }) => payload["status"]);
const told = (socket: EventSocket, person: Person, status: string) =>
  until(() => statuses(socket, person).at(-1) === status, { what: `${person.user.display_name} ${status}` });
const present = async (node: 0 | 1 = 0): Promise<ReadonlyArray<string>> => {
  const client = ann.client.at(nodes[node].url);
  const { presence } = await client.ok("GET", `/api/workspaces/${workspaceId}/presence`);
  return presence.map((one: { user_id: string }) => one.user_id);
};

describe("presence", () => {
  it("changes with a user's first connection and the last one's end, on whichever gateway, not between", async () => {
    const [bob, marker] = [await newcomer("Bob"), await newcomer("Marker")];
    const watching = [await connect(ann), await connect(ann, 1)];
    const first = await connect(bob);
    for (const socket of watching) await told(socket, bob, "online");
    const more = [await connect(bob), await connect(bob, 1)];
    first.close();
    more[0]!.close();
    await first.whenClosed();
    // What another one's coming and going tells comes after anything that bob's would have told.
    const other = await connect(marker);
    for (const socket of watching) await told(socket, marker, "online");
    other.close();
    for (const socket of watching) await told(socket, marker, "offline");
    expect(await present()).toContain(bob.user.id);
    for (const socket of watching) expect(statuses(socket, bob)).toEqual(["online"]);
    more[1]!.close();
    for (const socket of watching) await told(socket, bob, "offline");
    for (const socket of watching) expect(statuses(socket, bob)).toEqual(["online", "offline"]);
    expect(await present()).not.toContain(bob.user.id);
  });

  it("is listed alike by every gateway, with the time it began, to members", async () => {
    const [cleo, dora] = [await newcomer("Cleo"), await newcomer("Dora")];
    const watching = await connect(ann);
    await Promise.all([connect(cleo), connect(dora, 1)]);
    await told(watching, cleo, "online");
    await told(watching, dora, "online");
    for (const node of [0, 1] as const)
      expect(await present(node)).toEqual(expect.arrayContaining([cleo.user.id, dora.user.id]));
    const path = `/api/workspaces/${workspaceId}/presence`;
    const { presence } = await cleo.client.ok("GET", path);
    for (const { status, since } of presence)
      expect([status, Math.abs(Date.parse(since) - Date.now()) < 60_000]).toEqual(["online", true]);
    const outsider = await clientOf(nodes[0]).signUp("Outsider");
    expect((await outsider.client.request("GET", path)).status).toBe(404);
  });

  it("of one who comes and goes many times ends as it is", async () => {
    const eve = await newcomer("Eve");
    const watching = await connect(ann);
    for (let i = 0; i < 10; i++) (await connect(eve, i % 2 ? 1 : 0)).close();
    await connect(eve);
    await told(watching, eve, "online");
    await until(async () => (await present()).includes(eve.user.id), { what: "eve in the list" });
  });
});

describe("ephemeral frames", () => {
  let channel: Channel;
  let secret: Channel;
  let fay: Person;
  beforeAll(async () => {
    channel = await ann.client.createChannel(workspaceId);
    secret = await ann.client.createChannel(workspaceId, "secret", "private");
    fay = await newcomer("Fay");
  });

  const send = ({ client }: Person, body: object) =>
    client.request("POST", "/api/realtime/ephemeral", { body: { workspace_id: workspaceId, ...body } });
  const got = (socket: EventSocket, { id }: EventFrame) => socket.ephemerals.some((frame) => frame.id === id);

  it("of typing come to who sees the channel, the sender too, with what the server knows", async () => {
    const [mine, hers] = [await connect(ann), await connect(fay, 1)];
    const { status, body } = await send(ann, {
      type: "typing.started",
      channel_id: channel.id,
      payload: { user_id: fay.user.id, channel_id: secret.id, note: "x" },
    });
    expect(status).toBe(202);
    expect(body.event).toMatchObject({
      id: expect.stringMatching(/^eph_/),
      cursor: "",
      type: "typing.started",
      channel_id: channel.id,
      payload: { user_id: ann.user.id, channel_id: channel.id, note: "x" },
    });
    for (const socket of [mine, hers]) {
      await until(() => got(socket, body.event), { what: "typing" });
      expect(socket.ephemerals).toContainEqual(body.event);
    }
    const hidden = (await send(ann, { type: "typing.started", channel_id: secret.id })).body.event;
    const after = (await send(ann, { type: "presence.changed", payload: { status: "away" } })).body.event;
    for (const socket of [mine, hers]) await until(() => got(socket, after), { what: "the one after" });
    expect([got(mine, hidden), got(hers, hidden)]).toEqual([true, false]);
    const replay = await ann.client.ok("GET", `/api/realtime/events?workspace_id=${workspaceId}&limit=500`);
    expect(JSON.stringify(replay)).not.toContain("typing");
  });

  it("of typing in a conversation come to its members alone", async () => {
    const gus = await newcomer("Gus");
    const member_ids = [fay.user.id];
    const body = { workspace_id: workspaceId, member_ids };
    const { id } = (await ann.client.ok("POST", "/api/dms", { body })).conversation;
    const [hers, other] = [await connect(fay), await connect(gus)];
    const typing = (await send(ann, { type: "typing.stopped", direct_conversation_id: id })).body.event;
    expect(typing.payload).toEqual({ user_id: ann.user.id, direct_conversation_id: id });
    const after = (await send(ann, { type: "presence.changed" })).body.event;
    for (const socket of [hers, other]) await until(() => got(socket, after), { what: "the one after" });
    expect([got(hers, typing), got(other, typing)]).toEqual([true, false]);
    expect((await send(gus, { type: "typing.started", direct_conversation_id: id })).status).toBe(404);
  });

  it("are refused without exactly one target, in what one cannot see, and to humans for agents", async () => {
    const dm = { direct_conversation_id: "dm_00000000000000000000000000" };
    const turn = { payload: { turn_id: "t", op: "append" } };
    const cases: ReadonlyArray<readonly [body: object, status: number]> = [
      [{ type: "typing.started" }, 400],
      [{ type: "typing.started", channel_id: channel.id, ...dm }, 400],
      [{ type: "presence.changed", channel_id: channel.id, ...dm }, 400],
      [{ type: "message.created", channel_id: channel.id }, 400],
      [{ type: "typing.started", channel_id: secret.id }, 404],
      [{ type: "typing.started", ...dm }, 404],
      [{ type: "typing.started", channel_id: "chn_*" }, 404],
      [{ type: "agent.progress", channel_id: channel.id, ...turn }, 403],
    ];
    for (const [body, status] of cases)
      expect([body, (await send(fay, body)).status]).toEqual([body, status]);
    const outsider = await clientOf(nodes[0]).signUp("Outsider");
    expect((await send(outsider, { type: "presence.changed" })).status).toBe(404);
  });
});
