import type { ModeratedMember } from "@clickclack/protocol/http/shapes";
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { sendFile } from "../support/uploadFile.ts";
import { until } from "../support/until.ts";

const clickclack = oneServer();

interface Person {
  readonly id: string;
  readonly client: ApiClient;
}

const person = async (name: string): Promise<Person> => {
  const { user, client } = await clickclack.client.signUp(name);
  return { id: user.id, client };
};

let owner: Person;
let moderator: Person;
let workspaceId = "";
let channelId = "";

beforeAll(async () => {
  owner = await person("Owner");
  workspaceId = (await owner.client.createWorkspace()).id;
  channelId = (await owner.client.createChannel(workspaceId)).id;
  moderator = await join("Mo", "moderator");
});

const join = async (name: string, role: "member" | "moderator" | "guest" = "member"): Promise<Person> => {
  const one = await person(name);
  await clickclack.operator.addMember(workspaceId, one.id, role);
  return one;
};

const pathOf = (userId: string) => `/api/workspaces/${workspaceId}/moderation/members/${userId}`;
const moderate = (by: Person, whom: Person, body: object) =>
  by.client.request("PATCH", pathOf(whom.id), { body });
const listed = async (by: Person, query = ""): Promise<ReadonlyArray<ModeratedMember>> =>
  (await by.client.ok("GET", `/api/workspaces/${workspaceId}/moderation/members${query}`)).members;

describe("a moderation", () => {
  it("is answered with the member as it is then, and an event without what was noted", async () => {
    const ann = await join("Ann");
    const socket = await clickclack.watch({ workspaceId, headers: ann.client.headers });
    const body = { role: "guest", timeout_minutes: 5, moderation_note: " Was rude. " };
    const answer = await moderate(moderator, ann, body);
    expect(answer.status).toBe(200);
    const { member, event } = answer.body;
    expect(member).toMatchObject({
      workspace_id: workspaceId,
      user: { id: ann.id },
      role: "guest",
      blocked: false,
      moderation_note: "Was rude.",
    });
    const left = Date.parse(member.timeout_until) - Date.now();
    expect([left > 290_000, left <= 300_000]).toEqual([true, true]);
    expect(event).toMatchObject({ type: "member.moderation_updated", workspace_id: workspaceId });
    expect(event.payload).toEqual({ user_id: ann.id, role: "guest" });
    expect((await listed(moderator)).find(({ user }) => user.id === ann.id)).toEqual(member);
    await socket.barrier();
    expect(socket.events).toContainEqual(event);
    expect(JSON.stringify(socket.events)).not.toContain("rude");
    const { members } = await ann.client.ok("GET", `/api/workspaces/${workspaceId}/members`);
    expect(JSON.stringify(members)).not.toContain("rude");
  });

  it("is kept from whoever may not moderate, and the list with its notes too", async () => {
    const [ann, bob, gus] = [await join("Ann"), await join("Bob"), await join("Gus", "guest")];
    const list = `/api/workspaces/${workspaceId}/moderation/members`;
    for (const one of [ann, gus]) {
      expect((await moderate(one, bob, { blocked: true })).body.code).toBe("forbidden");
      expect((await one.client.request("GET", list)).status).toBe(403);
    }
    const stranger = await person("Stranger");
    expect((await stranger.client.request("GET", list)).status).toBe(404);
    expect((await moderate(stranger, bob, { blocked: true })).status).toBe(404);
  });

  it("by a moderator is refused on the owner and other moderators, whatever it is", async () => {
    const other = await join("Other", "moderator");
    const changes = [{ role: "guest" }, { blocked: true }, { timeout_minutes: 1 }, { moderation_note: "x" }];
    for (const whom of [owner, other, moderator])
      for (const change of changes) {
        const { status, body } = await moderate(moderator, whom, change);
        expect([change, status, body.code]).toEqual([change, 403, "forbidden"]);
      }
    for (const whom of [owner, other]) {
      const path = `/api/workspaces/${workspaceId}/members/${whom.id}`;
      expect((await moderator.client.request("DELETE", path)).status).toBe(403);
    }
    const ann = await join("Ann");
    for (const role of ["moderator", "owner", "bot"])
      expect([role, (await moderate(moderator, ann, { role })).status]).toEqual([role, 403]);
    expect((await moderate(owner, ann, { role: "owner" })).status).toBe(403);
    expect((await moderate(owner, ann, { role: "moderator" })).body.member.role).toBe("moderator");
  });

  it("that cannot be meant is refused, and changes nothing", async () => {
    const ann = await join("Ann");
    const [past, far] = [Date.now() - 1_000, Date.now() + 29 * 86_400_000].map((ms) =>
      new Date(ms).toISOString(),
    );
    const soon = new Date(Date.now() + 60_000).toISOString();
    for (const body of [
      { timeout_until: past },
      { timeout_until: far },
      { timeout_until: "tomorrow" },
      { timeout_until: "2030-02-30T00:00:00Z" },
      { timeout_minutes: 0 },
      { timeout_minutes: -1 },
      { timeout_minutes: 1.5 },
      { timeout_minutes: 1e300 },
      { timeout_minutes: "5" },
      { timeout_minutes: 28 * 24 * 60 + 1 },
      { timeout_minutes: 5, clear_timeout: true },
      { timeout_minutes: 5, timeout_until: soon },
      { role: "king" },
      { blocked: "yes" },
      { moderation_note: "x".repeat(2_001) },
      { moderation_note: null },
    ]) {
      const { status } = await moderate(owner, ann, body);
      expect([body, status]).toEqual([body, 400]);
    }
    const unknown = "usr_00000000000000000000000000";
    expect((await owner.client.request("PATCH", pathOf(unknown), { body: {} })).status).toBe(404);
    expect((await moderate(owner, ann, {})).body.event.id).toBe("");
    const member = (await listed(owner)).find(({ user }) => user.id === ann.id)!;
    expect(member).not.toHaveProperty("timeout_until");
    expect(member).not.toHaveProperty("moderation_note");
  });

  it("takes a note as it is, and an empty one away", async () => {
    const ann = await join("Ann");
    const note = `${"ü".repeat(1_990)} <b>&`;
    expect((await moderate(owner, ann, { moderation_note: note })).body.member.moderation_note).toBe(note);
    expect((await listed(owner, "?q=Ann&limit=200")).some((one) => one.moderation_note === note)).toBe(true);
    expect((await moderate(owner, ann, { moderation_note: "" })).body.member).not.toHaveProperty(
      "moderation_note",
    );
  });
});

describe("who is timed out", () => {
  const conversation = (client: ApiClient, member_ids: ReadonlyArray<string>) =>
    client.request("POST", "/api/dms", { body: { workspace_id: workspaceId, member_ids } });

  it("reads and does not write, and hears until when", async () => {
    const ann = await join("Ann");
    const { client } = ann;
    const { message } = await client.post(channelId, "before");
    const { message: root } = await owner.client.post(channelId, "root");
    const dm = (await conversation(client, [owner.id])).body.conversation.id;
    const until_ = new Date(Date.now() + 3_600_000).toISOString();
    expect((await moderate(moderator, ann, { timeout_until: until_ })).status).toBe(200);

    const post = (path: string, body: object) => client.request("POST", path, { body });
    const workspace = `/api/workspaces/${workspaceId}`;
    const refusals = {
      post: await post(`/api/channels/${channelId}/messages`, { body: "x" }),
      reply: await post(`/api/messages/${root.id}/thread/replies`, { body: "x" }),
      edit: await client.request("PATCH", `/api/messages/${message.id}`, { body: { body: "x" } }),
      react: await post(`/api/messages/${root.id}/reactions`, { emoji: "x" }),
      pin: await post(`/api/channels/${channelId}/pins`, { message_id: root.id }),
      upload: await sendFile(client, workspaceId, { content: "x" }),
      channel: await post(`${workspace}/channels`, { name: "mine" }),
      topic: await post(`${workspace}/topics`, { name: "mine" }),
      open: await conversation(client, [moderator.id]),
      say: await post(`/api/dms/${dm}/messages`, { body: "x" }),
      type: await post("/api/realtime/ephemeral", {
        workspace_id: workspaceId,
        type: "typing.started",
        channel_id: channelId,
      }),
    };
    for (const [what, { status, body }] of Object.entries(refusals))
      expect([what, status, body.code]).toEqual([what, 403, "timed_out"]);
    expect(refusals.post.body.error).toContain(until_);

    expect((await client.list(channelId)).messages.map(({ body }) => body)).toContain("root");
    expect((await client.request("GET", `${workspace}/members`)).status).toBe(200);
    await client.ok("POST", `/api/channels/${channelId}/read`, { body: { seq: 1 } });
    await client.ok("DELETE", `/api/messages/${message.id}`);
    expect((await moderate(moderator, ann, { clear_timeout: true })).body.member).not.toHaveProperty(
      "timeout_until",
    );
    expect((await post(`/api/channels/${channelId}/messages`, { body: "again" })).status).toBe(201);
  });

  it("writes again when it is over, without anybody's doing", async () => {
    const ann = await join("Ann");
    const over = new Date(Date.now() + 1_500).toISOString();
    await moderate(owner, ann, { timeout_until: over });
    const post = () =>
      ann.client.request("POST", `/api/channels/${channelId}/messages`, { body: { body: "x" } });
    expect((await post()).body.code).toBe("timed_out");
    await until(async () => (await post()).status === 201, { what: "the timeout to be over" });
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(over));
    const member = (await listed(owner)).find(({ user }) => user.id === ann.id);
    expect(member).not.toHaveProperty("timeout_until");
  });
});

describe("the list of members", () => {
  it("is paged, searched and told by role, with what is held against each", async () => {
    const { client } = owner;
    const there = (await client.createWorkspace()).id;
    const path = `/api/workspaces/${there}`;
    const ids = new Map<string, string>();
    for (const [name, role] of [
      ["ZoeA", "member"],
      ["ZoeB", "guest"],
      ["Yan", "moderator"],
      ["ZoeC", "member"],
    ] as const) {
      const one = await person(name);
      ids.set(name, one.id);
      await clickclack.operator.addMember(there, one.id, role);
    }
    await client.ok("PATCH", `${path}/moderation/members/${ids.get("ZoeA")}`, {
      body: { blocked: true, moderation_note: "noted" },
    });
    const all = await client.ok("GET", `${path}/members`);
    const total_by_role = { owner: 1, moderator: 1, member: 1, guest: 1, bot: 0 };
    expect(all).toMatchObject({ total_count: 5, total_by_role });
    const zoes = await client.ok("GET", `${path}/members?q=zoe&role=member`);
    expect(zoes).toMatchObject({
      total_count: 2,
      total_by_role: { ...total_by_role, owner: 0, moderator: 0, guest: 0 },
    });
    const pages: Array<ModeratedMember> = [];
    for (let cursor = ""; ;) {
      const page = await client.ok("GET", `${path}/moderation/members?limit=2&cursor=${cursor}`);
      pages.push(...page.members);
      if (!page.has_more) break;
      cursor = page.next_cursor;
    }
    expect(pages.map(({ user }) => user.id).toSorted()).toEqual(
      all.members.map(({ user }: ModeratedMember) => user.id).toSorted(),
    );
    const found = await client.ok("GET", `${path}/moderation/members?q=zoe&role=member`);
    expect(found.members.map(({ blocked }: ModeratedMember) => blocked).toSorted()).toEqual([false, true]);
    expect(found.members.find(({ blocked }: ModeratedMember) => blocked).moderation_note).toBe("noted");
  });
});

describe("leaving", () => {
  it("is for everybody but the owner, and removing for whoever manages", async () => {
    const [ann, bob, gus] = [await join("Ann"), await join("Bob"), await join("Gus", "guest")];
    const workspace = `/api/workspaces/${workspaceId}`;
    const gone = async ({ client }: Person) => (await client.request("GET", workspace)).status;
    expect(await ann.client.ok("POST", `${workspace}/leave`)).toEqual({ ok: true });
    expect((await ann.client.request("POST", `${workspace}/leave`)).status).toBe(404);
    expect((await bob.client.request("DELETE", `${workspace}/members/${gus.id}`)).status).toBe(403);
    expect(await gus.client.ok("DELETE", `${workspace}/members/${gus.id}`)).toEqual({ ok: true });
    expect(await moderator.client.ok("DELETE", `${workspace}/members/${bob.id}`)).toEqual({ ok: true });
    expect((await moderator.client.request("DELETE", `${workspace}/members/${bob.id}`)).status).toBe(404);
    expect(await Promise.all([ann, bob, gus].map(gone))).toEqual([404, 404, 404]);
    const refused = await owner.client.request("POST", `${workspace}/leave`);
    expect([refused.status, refused.body.code]).toEqual([403, "forbidden"]);
    expect(await gone(owner)).toBe(200);
  });
});
