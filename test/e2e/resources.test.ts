import { describe, expect, it } from "vitest";
import { oneServer } from "../support/oneServer.ts";

const clickclack = oneServer();

describe("the caller", () => {
  it("is who the development user is, with no secret in the answer", async () => {
    const user = await clickclack.client.me();
    expect(user).toEqual({
      id: expect.stringMatching(/^usr_[0-9a-hjkmnp-tv-z]{26}$/),
      kind: "human",
      display_name: "Local Captain",
      handle: "local-captain",
      avatar_url: "",
      created_at: expect.any(String),
    });
  });

  it("finds the first workspace and its channel made", async () => {
    const { workspaces } = await clickclack.client.ok("GET", "/api/workspaces");
    const first = workspaces.find(({ slug }: { slug: string }) => slug === "clickclack");
    expect(first).toMatchObject({ name: "ClickClack", role: "owner" });
    const { channels } = await clickclack.client.ok("GET", `/api/workspaces/${first.id}/channels`);
    expect(channels).toMatchObject([{ name: "general", kind: "public" }]);
  });
});

describe("workspaces", () => {
  it("are created with 201, by the caller as their owner", async () => {
    const name = `Résumé & Söhne ${crypto.randomUUID()}`;
    const { status, body } = await clickclack.client.request("POST", "/api/workspaces", { body: { name } });
    expect(status).toBe(201);
    expect(body.workspace).toMatchObject({ name, role: "owner", icon_url: "" });
    expect(body.workspace.id).toMatch(/^wsp_/);
    expect(body.workspace.route_id).toBe(`T${body.workspace.id.slice(-16).toUpperCase()}`);
    expect(body.workspace.slug).toMatch(/^[a-z0-9][a-z0-9-]*[a-z0-9]$/);
    const { workspaces } = await clickclack.client.ok("GET", "/api/workspaces");
    expect(workspaces).toContainEqual(body.workspace);
    expect((await clickclack.client.ok("GET", `/api/workspaces/${body.workspace.id}`)).workspace).toEqual(
      body.workspace,
    );
  });

  it("with the same name get slugs of their own", async () => {
    const body = { name: `Twins ${crypto.randomUUID().slice(0, 8)}` };
    const made = await Promise.all(
      [1, 2, 3].map(() => clickclack.client.ok("POST", "/api/workspaces", { body })),
    );
    expect(new Set(made.map(({ workspace }) => workspace.slug)).size).toBe(3);
  });

  it("do not take a slug that is taken", async () => {
    const slug = `slug-${crypto.randomUUID()}`;
    const create = () => clickclack.client.request("POST", "/api/workspaces", { body: { name: "A", slug } });
    expect((await create()).status).toBe(201);
    const taken = await create();
    expect([taken.status, taken.body.code]).toEqual([409, "name_taken"]);
    const other = await clickclack.client.createWorkspace();
    const path = `/api/workspaces/${other.id}`;
    expect((await clickclack.client.request("PATCH", path, { body: { slug } })).status).toBe(409);
  });

  it("are changed by their owner, with an event", async () => {
    const workspace = await clickclack.client.createWorkspace();
    const path = `/api/workspaces/${workspace.id}`;
    const changes = {
      name: "New",
      slug: `new-${crypto.randomUUID()}`,
      icon_url: "https://example.com/i.png",
    };
    const { status, body } = await clickclack.client.request("PATCH", path, { body: changes });
    expect([status, body.workspace]).toEqual([200, { ...workspace, ...changes }]);
    expect(body.event).toMatchObject({ type: "workspace.updated", workspace_id: workspace.id });
    for (const icon_url of ["javascript:alert(1)", "data:text/html,x", " javascript:x", "JaVaScRiPt:x"])
      expect((await clickclack.client.request("PATCH", path, { body: { icon_url } })).status).toBe(400);
  });

  it("stay as they are when nothing is changed, and go on working", async () => {
    const workspace = await clickclack.client.createWorkspace();
    const path = `/api/workspaces/${workspace.id}`;
    const { status, body } = await clickclack.client.request("PATCH", path, { body: {} });
    expect([status, body.workspace, body.event.id]).toEqual([200, workspace, ""]);
    const channel = await clickclack.client.createChannel(workspace.id);
    expect((await clickclack.client.list(channel.id)).messages).toEqual([]);
  });

  it("keep no slug for a member who may not change them", async () => {
    const member = await clickclack.client.signUp("Member");
    const workspace = await clickclack.client.createWorkspace();
    await clickclack.operator.addMember(workspace.id, member.user.id);
    const slug = `wanted-${crypto.randomUUID()}`;
    const path = `/api/workspaces/${workspace.id}`;
    expect((await member.client.request("PATCH", path, { body: { slug } })).status).toBe(403);
    expect(
      (await clickclack.client.request("POST", "/api/workspaces", { body: { name: "A", slug } })).status,
    ).toBe(201);
  });

  it("list their members page by page", async () => {
    const workspace = await clickclack.client.createWorkspace();
    const people = await Promise.all(["A", "B", "C", "D"].map((name) => clickclack.client.signUp(name)));
    for (const { user } of people) await clickclack.operator.addMember(workspace.id, user.id, "guest");
    const path = `/api/workspaces/${workspace.id}/members`;
    const all = await clickclack.client.ok("GET", path);
    expect(all).toMatchObject({ has_more: false, next_cursor: null, total_count: 5 });
    expect(all.members).toContainEqual({
      workspace_id: workspace.id,
      user: people[0]!.user,
      role: "guest",
      joined_at: expect.any(String),
    });
    const first = await clickclack.client.ok("GET", `${path}?limit=3`);
    const second = await clickclack.client.ok("GET", `${path}?limit=3&cursor=${first.next_cursor}`);
    expect([first.has_more, second.has_more]).toEqual([true, false]);
    expect([...first.members, ...second.members]).toEqual(all.members);
  });
});

it("members are found by a part of their name or handle, and by their role", async () => {
  const { client, operator } = clickclack;
  const { client: ann } = await client.signUp("Ann");
  const workspace = await ann.createWorkspace();
  const [bob, percent] = [await client.signUp("BobÜbermut"), await client.signUp("100%Sure_thing")];
  await operator.addMember(workspace.id, bob.user.id);
  await operator.addMember(workspace.id, percent.user.id, "guest");
  const find = async (query: string) => {
    const page = await ann.ok("GET", `/api/workspaces/${workspace.id}/members?${query}`);
    const names = page.members.map(({ user }: { user: { display_name: string } }) => user.display_name);
    expect(page.total_count).toBe(names.length);
    return names.toSorted();
  };
  const [ANN, BOB, PERCENT] = ["Ann", "BobÜbermut", "100%Sure_thing"] as const;
  const cases: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
    ["q=", [PERCENT, ANN, BOB]],
    ["q=BOB", [BOB]],
    [`q=${encodeURIComponent("übERm")}`, [BOB]],
    [`q=${encodeURIComponent(`@${bob.user.handle}`)}`, [BOB]],
    ["q=%25", [PERCENT]],
    ["q=_", [PERCENT]],
    ["q=%5C", []],
    ["q=nobody", []],
    ["role=owner", [ANN]],
    ["role=guest", [PERCENT]],
    ["role=bot", []],
    ["role=member&q=ann", []],
    ["role=member&q=b", [BOB]],
  ];
  for (const [query, names] of cases) expect([query, await find(query)]).toEqual([query, names]);
  const answer = await ann.request("GET", `/api/workspaces/${workspace.id}/members?role=king`);
  expect([answer.status, answer.body.code]).toEqual([400, "invalid_request"]);
});

describe("channels", () => {
  it("are created with 201 and an event, under a slug of their name", async () => {
    const workspace = await clickclack.client.createWorkspace();
    const path = `/api/workspaces/${workspace.id}/channels`;
    const details = {
      display_title: "Plans & <b>Ideas</b>",
      external_managed: true,
      external_ref: "EXT-1",
      external_url: "https://example.com/x",
      sidebar_section: "Work",
    };
    const { status, body } = await clickclack.client.request("POST", path, {
      body: { name: "  Plans & Ideas ", ...details },
    });
    expect(status).toBe(201);
    const { channel, event } = body;
    expect(channel).toEqual({
      id: expect.stringMatching(/^chn_/),
      route_id: `C${channel.id.slice(-16).toUpperCase()}`,
      workspace_id: workspace.id,
      name: "plans-ideas",
      kind: "public",
      created_at: expect.any(String),
      last_seq: 0,
      last_read_seq: 0,
      unread_count: 0,
      mention_count: 0,
      is_member: true,
      ...details,
    });
    expect(event).toMatchObject({ type: "channel.created", channel_id: channel.id });
    expect(event.payload).toEqual({ channel_id: channel.id });
    expect((await clickclack.client.ok("GET", path)).channels).toEqual([channel]);
    const again = await clickclack.client.request("POST", path, { body: { name: "plans ideas" } });
    expect([again.status, again.body.code]).toEqual([409, "name_taken"]);
  });

  it.each([["!!!"], ["   "], [""], ["x".repeat(81)], [5], [null]])("are not named %j", async (name) => {
    const { id } = await clickclack.client.createWorkspace();
    const path = `/api/workspaces/${id}/channels`;
    const answer = await clickclack.client.request("POST", path, { body: { name } });
    expect([answer.status, answer.body.code]).toEqual([400, "invalid_request"]);
  });

  it("are changed, cleared and archived by PATCH", async () => {
    const workspace = await clickclack.client.createWorkspace();
    const channel = await clickclack.client.createChannel(workspace.id);
    const path = `/api/channels/${channel.id}`;
    const patch = (body: object) => clickclack.client.ok("PATCH", path, { body });
    expect((await patch({ name: "New Name", display_title: "Title" })).channel).toEqual({
      ...channel,
      name: "new-name",
      display_title: "Title",
    });
    const { channel: cleared, event } = await patch({ display_title: "", archived: true });
    expect(cleared).toEqual({ ...channel, name: "new-name", archived_at: event.created_at });
    expect(event.payload).toEqual({ channel_id: channel.id, archived: true });
    expect((await clickclack.client.ok("GET", `/api/workspaces/${workspace.id}/channels`)).channels).toEqual([
      cleared,
    ]);
    expect((await patch({ archived: false })).channel).toEqual({ ...channel, name: "new-name" });
    for (const external_url of ["javascript:alert(1)", "data:text/html,x", "ftp://x", "//x"])
      expect((await clickclack.client.request("PATCH", path, { body: { external_url } })).status).toBe(400);
  });

  it("count their messages", async () => {
    const workspace = await clickclack.client.createWorkspace();
    const channel = await clickclack.client.createChannel(workspace.id);
    await clickclack.client.post(channel.id, "one");
    await clickclack.client.post(channel.id, "two");
    const { channels } = await clickclack.client.ok("GET", `/api/workspaces/${workspace.id}/channels`);
    // What one said oneself is not unread.
    expect(channels).toEqual([{ ...channel, last_seq: 2, unread_count: 0 }]);
  });

  it("have members, who are added, join, leave and are removed", async () => {
    const { client, operator } = clickclack;
    const [ann, bob] = await Promise.all([client.signUp("Ann"), client.signUp("Bob")]);
    const workspace = await ann.client.createWorkspace();
    await operator.addMember(workspace.id, bob.user.id);
    const secret = await ann.client.createChannel(workspace.id, "secret", "private");
    const path = `/api/channels/${secret.id}/members`;
    const members = async () => (await ann.client.ok("GET", path)).members;
    expect(await members()).toEqual([ann.user]);
    expect((await bob.client.request("POST", `/api/channels/${secret.id}/join`)).status).toBe(404);
    const added = await ann.client.request("POST", path, { body: { user_id: bob.user.id } });
    expect([added.status, added.body]).toEqual([201, { ok: true }]);
    expect(await members()).toEqual([ann.user, bob.user]);
    expect((await bob.client.ok("GET", `/api/workspaces/${workspace.id}/channels`)).channels).toHaveLength(1);
    expect(await bob.client.ok("POST", `/api/channels/${secret.id}/leave`)).toEqual({ ok: true });
    expect((await bob.client.ok("GET", `/api/workspaces/${workspace.id}/channels`)).channels).toEqual([]);
    await ann.client.ok("POST", path, { body: { user_id: bob.user.id } });
    expect(await ann.client.ok("DELETE", `${path}/${bob.user.id}`)).toEqual({ ok: true });
    expect(await members()).toEqual([ann.user]);
    const open = await ann.client.createChannel(workspace.id);
    const asBob = async () =>
      (await bob.client.ok("GET", `/api/workspaces/${workspace.id}/channels`)).channels;
    expect(await asBob()).toEqual([{ ...open, is_member: false }]);
    expect(await bob.client.ok("POST", `/api/channels/${open.id}/join`)).toEqual({ ok: true });
    expect(await asBob()).toEqual([open]);
    for (const user_id of ["usr_nobody", "*", "system"])
      expect((await ann.client.request("POST", path, { body: { user_id } })).status).toBe(404);
  });
});
