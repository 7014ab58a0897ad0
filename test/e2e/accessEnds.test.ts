import type { Channel, User } from "@clickclack/protocol/http/shapes";
import { beforeEach, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import type { EventSocket } from "../support/EventSocket.ts";
import { oneServer } from "../support/oneServer.ts";
import { until } from "../support/until.ts";

const clickclack = oneServer();

let owner: ApiClient;
let bob: { readonly user: User; readonly client: ApiClient };
let workspaceId = "";
let open: Channel;
let secret: Channel;
let socket: EventSocket;

beforeEach(async () => {
  owner = (await clickclack.client.signUp("Owner")).client;
  bob = await clickclack.client.signUp("Bob");
  workspaceId = (await owner.createWorkspace()).id;
  open = await owner.createChannel(workspaceId, "open");
  secret = await owner.createChannel(workspaceId, "secret", "private");
  await clickclack.operator.addMember(workspaceId, bob.user.id);
  await clickclack.operator.joinChannel(workspaceId, secret.id, bob.user.id);
  socket = await clickclack.watch({ workspaceId, headers: bob.client.headers });
  await socket.barrier();
});

const WITHIN = { deadlineMs: 1_000 };
const events = () => bob.client.request("GET", `/api/realtime/events?workspace_id=${workspaceId}`);
const list = (channel: Channel) => bob.client.request("GET", `/api/channels/${channel.id}/messages`);

/** Bob's message with a nonce and a key, and how to send it again. */
const sender = (channel: Channel) => {
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const body = { body: "mine", nonce: crypto.randomUUID() };
  const path = `/api/channels/${channel.id}/messages`;
  return {
    byNonce: () => bob.client.request("POST", path, { body }),
    byKey: () => bob.client.request("POST", path, { body, headers }),
    find: () =>
      bob.client.request("GET", `/api/messages/by-nonce?workspace_id=${workspaceId}&nonce=${body.nonce}`),
  };
};

describe.each([
  ["removed", 404, "not_found"],
  ["blocked", 403, "blocked"],
] as const)("a member who is %s", (what, status, code) => {
  const end = () =>
    what === "removed"
      ? clickclack.operator.removeMember(workspaceId, bob.user.id)
      : clickclack.operator.blockMember(workspaceId, bob.user.id);

  it("loses socket, replay and lists within a second, and sees nothing that comes after", async () => {
    const seen = socket.events.length;
    await end();
    await owner.post(open.id, "without Bob");
    expect(await until(() => socket.closed, { what: "the socket to be closed", ...WITHIN })).toEqual({
      code: 1008,
      reason: "access revoked",
    });
    expect(socket.events).toHaveLength(seen);
    for (const ask of [events, () => list(open), () => list(secret)]) {
      const answer = await until(async () => ask().then((one) => one.status !== 200 && one), {
        what: "the refusal",
        ...WITHIN,
      });
      expect([answer.status, answer.body.code]).toEqual([status, code]);
    }
  });

  it("is not told again what they wrote", async () => {
    const [inOpen, inSecret] = [sender(open), sender(secret)];
    for (const mine of [inOpen, inSecret]) {
      expect((await mine.byKey()).status).toBe(201);
      expect((await mine.byNonce()).status).toBe(200);
    }
    await end();
    for (const mine of [inOpen, inSecret]) {
      for (const ask of [mine.byKey, mine.byNonce, mine.find]) {
        const answer = await ask();
        expect([answer.status, answer.body.code]).toEqual([status, code]);
      }
    }
  });
});

it("a token that comes to its end takes its socket with it", async () => {
  const { accounts } = clickclack.operator.deployment;
  const actor = { user_id: bob.user.id };
  const { token, expiresAt } = await accounts.issueToken(bob.user.id, "brief", actor, { expiresIn: 2_000 });
  const brief = clickclack.client.withToken(token);
  const watching = await clickclack.watch({ workspaceId, headers: brief.headers });
  const { event } = await owner.post(open.id, "in time");
  await watching.barrier();
  expect(watching.events).toContainEqual(event);
  const left = Date.parse(expiresAt!) - Date.now();
  const closed = await until(() => watching.closed, {
    what: "the socket to be closed",
    deadlineMs: left + WITHIN.deadlineMs,
  });
  expect([closed.code, Date.now() >= Date.parse(expiresAt!)]).toEqual([1008, true]);
  expect((await brief.request("GET", "/api/me")).status).toBe(401);
  expect(socket.closed).toBeUndefined();
});

it("three hundred sockets that open one after the other stay open", async () => {
  const sockets: Array<EventSocket> = [];
  for (let i = 0; i < 300; i++) {
    sockets.push(await clickclack.watch({ workspaceId, headers: bob.client.headers }));
    if (i % 10 === 0) await owner.post(open.id, "between");
  }
  for (const one of sockets) await one.barrier();
  expect(sockets.filter(({ closed }) => closed !== undefined)).toEqual([]);
  for (const one of sockets) one.close();
});

it("a member who is unblocked is let in again, and gets what came meanwhile", async () => {
  const cursor = socket.cursor!;
  await clickclack.operator.blockMember(workspaceId, bob.user.id);
  const { event } = await owner.post(secret.id, "meanwhile");
  await clickclack.operator.blockMember(workspaceId, bob.user.id, false);
  const again = await clickclack.watch({ workspaceId, headers: bob.client.headers, afterCursor: cursor });
  await again.barrier();
  expect(again.events.filter(({ type }) => type === "message.created")).toEqual([event]);
});

it("a member who is taken out of a private channel sees it no more, and keeps the socket", async () => {
  const mine = sender(secret);
  await mine.byKey();
  await socket.barrier();
  const seen = socket.events.length;
  await owner.ok("DELETE", `/api/channels/${secret.id}/members/${bob.user.id}`);
  await owner.post(secret.id, "without Bob");
  const { event } = await owner.post(open.id, "with Bob");
  await socket.barrier();
  expect(socket.closed).toBeUndefined();
  expect(socket.events.slice(seen)).toEqual([event]);
  expect((await events()).body.events.map((one: { channel_id: string }) => one.channel_id)).not.toContain(
    secret.id,
  );
  for (const ask of [() => list(secret), mine.byKey, mine.byNonce, mine.find])
    expect((await ask()).status).toBe(404);
});

it("a member who is added to a private channel sees it live from then on, and its past on replay", async () => {
  const hidden = await owner.createChannel(workspaceId, "hidden", "private");
  const before = await owner.post(hidden.id, "before");
  const path = `/api/channels/${hidden.id}/members`;
  await owner.ok("POST", path, { body: { user_id: bob.user.id } });
  const after = await owner.post(hidden.id, "after");
  await socket.barrier();
  const ofHidden = (frames: EventSocket["events"]) => frames.filter(({ channel_id: id }) => id === hidden.id);
  expect(ofHidden(socket.events)).toEqual([after.event]);
  const replayed = ofHidden((await events()).body.events);
  expect(replayed.map(({ type }) => type)).toEqual(["channel.created", "message.created", "message.created"]);
  expect(replayed.slice(1)).toEqual([before.event, after.event]);
});

it("a guest who joins a public channel sees it live, and not the others", async () => {
  const guest = await clickclack.client.signUp("Guest");
  await clickclack.operator.addMember(workspaceId, guest.user.id, "guest");
  const watching = await clickclack.watch({ workspaceId, headers: guest.client.headers });
  await owner.post(open.id, "before");
  await clickclack.operator.joinChannel(workspaceId, open.id, guest.user.id);
  const { event } = await owner.post(open.id, "after");
  await owner.post((await owner.createChannel(workspaceId)).id, "elsewhere");
  await watching.barrier();
  expect(watching.events).toEqual([event]);
});
