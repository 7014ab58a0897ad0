import { beforeEach, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { until } from "../support/until.ts";

const clickclack = oneServer();

let owner: ApiClient;
let ann: ApiClient;
let bob: ApiClient;
let workspaceId = "";
let channelId = "";

beforeEach(async () => {
  const { client, operator } = clickclack;
  owner = (await client.signUp("Owner")).client;
  workspaceId = (await owner.createWorkspace()).id;
  channelId = (await owner.createChannel(workspaceId)).id;
  const people = [await client.signUp("Ann"), await client.signUp("Bob")] as const;
  for (const { user } of people) await operator.addMember(workspaceId, user.id);
  [ann, bob] = [people[0].client, people[1].client];
});

const slow = (seconds: unknown, by = owner) =>
  by.request("PATCH", `/api/channels/${channelId}`, { body: { slow_mode_seconds: seconds } });
const post = (by: ApiClient, more: object = {}, headers: Record<string, string> = {}) =>
  by.request("POST", `/api/channels/${channelId}/messages`, { body: { body: "hi", ...more }, headers });

describe("slow mode", () => {
  it("is a channel's, set by whoever changes it, and 0 ends it", async () => {
    expect((await slow(60)).body.channel).toMatchObject({ id: channelId, slow_mode_seconds: 60 });
    const { channels } = await ann.ok("GET", `/api/workspaces/${workspaceId}/channels`);
    expect(channels).toMatchObject([{ slow_mode_seconds: 60 }]);
    await owner.ok("PATCH", `/api/channels/${channelId}`, { body: { display_title: "Slow" } });
    expect((await slow(60)).body.channel).toMatchObject({ display_title: "Slow", slow_mode_seconds: 60 });
    expect((await slow(0)).body.channel).not.toHaveProperty("slow_mode_seconds");
    for (const wrong of [-1, 21_601, 1.5, "60", null])
      expect([wrong, (await slow(wrong)).status]).toEqual([wrong, 400]);
    expect((await slow(21_600)).status).toBe(200);
    expect((await slow(0, ann)).status).toBe(403);
    const body = { name: `slow-${crypto.randomUUID().slice(0, 8)}`, slow_mode_seconds: 5 };
    const made = await owner.ok("POST", `/api/workspaces/${workspaceId}/channels`, { body });
    expect(made.channel.slow_mode_seconds).toBe(5);
  });

  it("holds members to one post or reply in so many seconds, each for itself, and no manager", async () => {
    await slow(60);
    const first = await post(ann);
    expect(first.status).toBe(201);
    const held = await post(ann);
    expect([held.status, held.body.code]).toEqual([429, "slow_mode"]);
    const wait = Number(held.headers.get("Retry-After"));
    expect([wait > 50, wait <= 60]).toEqual([true, true]);
    const replies = `/api/messages/${first.body.message.id}/thread/replies`;
    expect((await ann.request("POST", replies, { body: { body: "x" } })).body.code).toBe("slow_mode");
    expect((await bob.request("POST", replies, { body: { body: "x" } })).status).toBe(201);
    expect((await post(bob)).body.code).toBe("slow_mode");
    for (let i = 0; i < 3; i++) expect((await post(owner)).status).toBe(201);
    await ann.ok("PATCH", `/api/messages/${first.body.message.id}`, { body: { body: "better" } });
    await slow(0);
    expect((await post(ann)).status).toBe(201);
  });

  it("holds bots too, and lets them post again when it said", async () => {
    const { token } = await clickclack.operator.createBot(workspaceId, ["bot:write"]);
    const bot = clickclack.client.withToken(token.token);
    await slow(1);
    expect((await post(bot)).status).toBe(201);
    const held = await post(bot);
    expect([held.status, held.headers.get("Retry-After")]).toEqual([429, "1"]);
    await until(async () => (await post(bot)).status === 201, { what: "the second to be over" });
  });

  it("does not hold what was posted already and is only sent again", async () => {
    await slow(600);
    const [nonce, key] = [crypto.randomUUID(), { "Idempotency-Key": crypto.randomUUID() }];
    const first = await post(ann, { nonce }, key);
    const again = await post(ann, { nonce });
    expect([again.status, again.body.message.id]).toEqual([200, first.body.message.id]);
    const byKey = await post(ann, { nonce }, key);
    expect([byKey.status, byKey.body]).toEqual([201, first.body]);
    expect((await post(ann, { nonce: crypto.randomUUID() })).body.code).toBe("slow_mode");
  });
});
