import { newId } from "@clickclack/protocol/Ids";
import { describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { readLog } from "../support/readLog.ts";

const clickclack = oneServer();

const DAY_MS = 24 * 3_600_000;

/** A workspace with a public and a private channel, and whoever made it. */
const world = async () => {
  const { client: owner, user } = await clickclack.client.signUp("Owner");
  const { id } = await owner.createWorkspace();
  const channel = await owner.createChannel(id);
  const secret = await owner.createChannel(id, "secret", "private");
  const path = `/api/workspaces/${id}/invites`;
  const invite = async (body: object = {}, by: ApiClient = owner) => by.ok("POST", path, { body });
  const join = async (role: "moderator" | "member" | "guest") => {
    const person = await clickclack.client.signUp(role);
    await clickclack.operator.addMember(id, person.user.id, role);
    return person;
  };
  return { owner, ownerId: user.id, id, channel, secret, path, invite, join };
};

const accept = (client: ApiClient, code: string) => client.request("POST", `/api/invites/${code}/accept`);
const preview = (code: string) => clickclack.client.request("GET", `/api/invites/${code}`);
const stranger = () => clickclack.client.signUp("Stranger");

describe("an invite", () => {
  it("is made with a code, an address and an end in a week, is looked at by anybody, and lets somebody in", async () => {
    const { id, ownerId, invite, owner } = await world();
    const { invite: made, url } = await invite();
    expect(made).toMatchObject({ workspace_id: id, role: "member", uses: 0, created_by: ownerId });
    expect(made.code).toMatch(/^[0-9a-z]{16,}$/);
    expect(url).toBe(`${clickclack.url}/invite/${made.code}`);
    expect(Date.parse(made.expires_at) - Date.parse(made.created_at)).toBe(7 * DAY_MS);
    const { body } = await preview(made.code);
    const { name, icon_url } = (await owner.ok("GET", `/api/workspaces/${id}`)).workspace;
    expect(body).toEqual({
      workspace: { id, name, icon_url },
      role: "member",
      expires_at: made.expires_at,
      valid: true,
    });
    const { client, user } = await stranger();
    const answer = await accept(client, made.code);
    expect(answer).toMatchObject({ status: 200, body: { workspace: { id, role: "member" } } });
    expect(answer.body).not.toHaveProperty("channel_id");
    const { members } = await client.ok("GET", `/api/workspaces/${id}/members`);
    expect(members.map((one: { user: { id: string } }) => one.user.id)).toContain(user.id);
    const again = await accept(client, made.code.toUpperCase());
    expect(again).toMatchObject({ status: 200, body: answer.body });
    const { invites } = await owner.ok("GET", `/api/workspaces/${id}/invites`);
    expect(invites).toEqual([{ ...made, uses: 1 }]);
  });

  it("leads a guest into its channel, which is all that the guest sees", async () => {
    const { channel, secret, invite, owner, id } = await world();
    await owner.post(secret.id, "psst");
    const { invite: made } = await invite({ role: "guest", channel_id: secret.id, max_uses: 1 });
    const { client } = await stranger();
    expect((await accept(client, made.code)).body).toMatchObject({
      workspace: { role: "guest" },
      channel_id: secret.id,
    });
    const { channels } = await client.ok("GET", `/api/workspaces/${id}/channels`);
    expect(channels).toMatchObject([{ id: secret.id }]);
    expect((await client.list(secret.id)).messages).toMatchObject([{ body: "psst" }]);
    expect((await client.request("GET", `/api/channels/${channel.id}/messages`)).status).toBe(404);
  });

  it("is used up, expires, is revoked, and says which", async () => {
    const { invite, owner, path } = await world();
    const once = (await invite({ max_uses: 1 })).invite;
    const first = await stranger();
    expect((await accept(first.client, once.code)).status).toBe(200);
    const late = (await stranger()).client;
    expect(await accept(late, once.code)).toMatchObject({ status: 409, body: { code: "invite_used_up" } });
    expect((await accept(first.client, once.code)).status).toBe(200);
    const short = (await invite({ expires_at: new Date(Date.now() + 200).toISOString() })).invite;
    await expect.poll(async () => (await preview(short.code)).body.valid).toBe(false);
    expect(await accept(late, short.code)).toMatchObject({ status: 409, body: { code: "invite_expired" } });
    const gone = (await invite()).invite;
    expect((await owner.request("DELETE", `/api/invites/${gone.id}`)).body).toEqual({ ok: true });
    expect(await accept(late, gone.code)).toMatchObject({ status: 404, body: { code: "not_found" } });
    expect((await preview(gone.code)).status).toBe(404);
    expect((await owner.request("DELETE", `/api/invites/${gone.id}`)).status).toBe(404);
    const list = async (state: string) =>
      (await owner.ok("GET", `${path}?state=${state}`)).invites.map((one: { id: string; state: string }) => [
        one.id,
        one.state,
      ]);
    expect(await list("open")).toEqual([]);
    expect(await list("ended")).toEqual([
      [short.id, "expired"],
      [once.id, "used_up"],
    ]);
    expect(await list("all")).toEqual(await list("ended"));
  });

  it("does not let the blocked in, nor a bot, nor nobody", async () => {
    const { invite, id, join } = await world();
    const { invite: made } = await invite();
    const blocked = await join("member");
    await clickclack.operator.blockMember(id, blocked.user.id);
    expect(await accept(blocked.client, made.code)).toMatchObject({ status: 403, body: { code: "blocked" } });
    const elsewhere = await clickclack.client.createWorkspace();
    const { token } = await clickclack.operator.createBot(elsewhere.id, ["bot:admin"]);
    const bot = clickclack.client.withToken(token.token);
    expect((await accept(bot, made.code)).body.code).toBe("not_allowed_for_bots");
    expect((await accept(clickclack.client.withToken("none"), made.code)).status).toBe(401);
  });

  it("of a maker whose account is deactivated, or who was removed, lets nobody in any more", async () => {
    const { invite, id, join } = await world();
    const [leaver, removed] = [await join("member"), await join("member")];
    const codes = [await invite({}, leaver.client), await invite({}, removed.client)];
    await clickclack.operator.deactivate(leaver.user.id);
    await clickclack.operator.removeMember(id, removed.user.id);
    const { client } = await stranger();
    for (const { invite: made } of codes) expect((await accept(client, made.code)).status).toBe(404);
  });
});

it("who may invite whom, and into what", async () => {
  const { path, invite, id, join, channel, secret } = await world();
  const [moderator, member, guest] = [await join("moderator"), await join("member"), await join("guest")];
  const asks = async ({ client }: { readonly client: ApiClient }, body: object) =>
    (await client.request("POST", path, { body })).status;
  await expect(invite({ role: "moderator" })).resolves.toBeDefined();
  expect(await asks(moderator, { role: "moderator" })).toBe(403);
  expect(await asks(moderator, { role: "member" })).toBe(201);
  expect(await asks(member, { role: "moderator" })).toBe(403);
  expect(await asks(member, { role: "guest", channel_id: channel.id })).toBe(201);
  expect(await asks(member, { role: "guest" })).toBe(400);
  expect(await asks(member, { channel_id: secret.id })).toBe(404);
  expect(await asks(guest, { role: "guest", channel_id: channel.id })).toBe(403);
  expect(await asks(await stranger(), {})).toBe(404);
  const bot = async (...scopes: ReadonlyArray<string>) => {
    const { token } = await clickclack.operator.createBot(id, scopes);
    return { client: clickclack.client.withToken(token.token) };
  };
  expect(await asks(await bot("channels:write"), { role: "member" })).toBe(201);
  expect(await asks(await bot("channels:read"), { role: "member" })).toBe(403);
});

it("managers see all invites, but no code that would let them in further; members see their own", async () => {
  const { path, invite, secret, join } = await world();
  const [moderator, member] = [await join("moderator"), await join("member")];
  const owners = (await invite({ role: "moderator", channel_id: secret.id })).invite;
  const members = (await invite({}, member.client)).invite;
  const list = async ({ client }: { readonly client: ApiClient }) => (await client.ok("GET", path)).invites;
  const { code: _, channel_id: __, ...hidden } = owners;
  expect(await list(moderator)).toEqual([members, hidden]);
  expect(await list(member)).toEqual([members]);
  expect((await member.client.request("DELETE", `/api/invites/${owners.id}`)).status).toBe(404);
  expect((await moderator.client.request("DELETE", `/api/invites/${owners.id}`)).status).toBe(200);
  expect((await member.client.request("DELETE", `/api/invites/${members.id}`)).status).toBe(200);
});

describe("what is refused", () => {
  it.each([
    { role: "owner" },
    { role: "bot" },
    { max_uses: 0 },
    { max_uses: 10_001 },
    { max_uses: 1.5 },
    { expires_at: "soon" },
    { expires_at: "2020-01-01T00:00:00Z" },
    { expires_at: "2199-01-01T00:00:00Z" },
  ])("%j", async (body) => {
    const { owner, path } = await world();
    expect(await owner.request("POST", path, { body })).toMatchObject({
      status: 400,
      body: { code: "invalid_request" },
    });
  });

  it.each(["x", "*", ">", "inv_01k9a0b1c2d3e4f5g6h7j8k9mp", "0".repeat(20), "%00", newId("wsp")])(
    "the code %s",
    async (code) => {
      expect([400, 404]).toContain((await preview(code)).status);
    },
  );
});

it("the same Idempotency-Key makes one invite, whose code works", async () => {
  const { owner, path } = await world();
  const request = { body: { max_uses: 3 }, headers: { "Idempotency-Key": crypto.randomUUID() } };
  const answers = [await owner.ok("POST", path, request), await owner.ok("POST", path, request)];
  expect(answers[1]).toEqual(answers[0]);
  expect((await owner.ok("GET", path)).invites).toHaveLength(1);
  expect((await accept((await stranger()).client, answers[1].invite.code)).status).toBe(200);
  const other = await owner.request("POST", path, { ...request, body: { max_uses: 4 } });
  expect(other).toMatchObject({ status: 409, body: { code: "idempotency_conflict" } });
});

it("no code stands in the log, in what the server prints, or in what members are sent", async () => {
  const { owner, id, invite } = await world();
  const socket = await clickclack.watch({ workspaceId: id, headers: owner.headers });
  const { invite: made } = await invite();
  await accept((await stranger()).client, made.code);
  await socket.barrier();
  const { nats } = await clickclack.server.runFile();
  const { events } = await readLog(nats, id);
  expect(events.filter(({ type }) => type.startsWith("invite."))).toHaveLength(2);
  const seen = JSON.stringify([events, socket.events, socket.ephemerals]) + clickclack.server.output;
  expect(seen.toLowerCase()).not.toContain(made.code);
});

it("whoever tries one code after the other is told to wait", async () => {
  const server = clickclack.client;
  const codes = Array.from({ length: 60 }, () => crypto.randomUUID().replaceAll("-", "").slice(0, 20));
  const statuses = await Promise.all(
    codes.map(async (code) => server.request("GET", `/api/invites/${code}`)),
  );
  const refused = statuses.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(30);
  expect(Number(refused[0]!.headers.get("Retry-After"))).toBeGreaterThan(0);
});
