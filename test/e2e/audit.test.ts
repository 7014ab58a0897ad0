import type { AuditEntry } from "@clickclack/protocol/http/AuditGroup";
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { uploadFile } from "../support/uploadFile.ts";

const clickclack = oneServer();

/** A workspace, its owner and who may do what in it. */
const world = async () => {
  const { client: owner, user } = await clickclack.client.signUp("Owner");
  const { id } = await owner.createWorkspace();
  const log = async (
    query = "",
  ): Promise<{ entries: ReadonlyArray<AuditEntry>; next_cursor: string | null }> =>
    owner.ok("GET", `/api/workspaces/${id}/audit-log?limit=200${query}`);
  const join = async (role: "moderator" | "member") => {
    const person = await clickclack.client.signUp(role);
    await clickclack.operator.addMember(id, person.user.id, role);
    return person;
  };
  return { owner, ownerId: user.id, id, log, join };
};

type World = Awaited<ReturnType<typeof world>>;

/** By what a person or bot acts. */
const credentialsOf = async (userId: string) => [
  ...(await clickclack.operator.deployment.directory.findCurrent(userId))!.credentials.keys(),
];

describe("what is administered is entered with who did it, and by which credential:", () => {
  let here: World;
  let channelId = "";
  let messageId = "";
  let member: { readonly id: string; readonly client: ApiClient };
  const actors = {} as Record<"session" | "bot", { id: string; credential: string; client: ApiClient }>;

  beforeAll(async () => {
    here = await world();
    ({ id: channelId } = await here.owner.createChannel(here.id));
    const joined = await here.join("member");
    member = { id: joined.user.id, client: joined.client };
    messageId = (await member.client.post(channelId, "a secret text")).message.id;
    const bot = await clickclack.operator.createBot(here.id, ["bot:admin"]);
    const [session] = await credentialsOf(here.ownerId);
    actors.session = { id: here.ownerId, credential: session!, client: here.owner };
    const client = clickclack.client.withToken(bot.token.token);
    actors.bot = { id: bot.botId, credential: bot.token.credentialId, client };
  });

  /** What is done, and the entries that it leaves besides who and when, oldest first. */
  const ACTS: ReadonlyArray<
    readonly [
      name: string,
      by: ReadonlyArray<"session" | "bot">,
      act: (client: ApiClient) => Promise<unknown>,
      entries: () => ReadonlyArray<object>,
    ]
  > = [
    [
      "a new channel",
      ["session", "bot"],
      (client) => client.createChannel(here.id, "made", "private"),
      () => [
        { type: "channel.created", details: { kind: "private", name: expect.stringMatching(/^made-/) } },
        { type: "channel.member_added", channel_id: expect.stringMatching(/^chn_/) },
      ],
    ],
    [
      "a channel's new title",
      ["session", "bot"],
      (client) => client.ok("PATCH", `/api/channels/${channelId}`, { body: { display_title: "Title" } }),
      () => [
        {
          type: "channel.updated",
          target_id: channelId,
          channel_id: channelId,
          details: { display_title: "Title", archived: false },
        },
      ],
    ],
    [
      "somebody in a channel",
      ["session"],
      async (client) => {
        const path = `/api/channels/${channelId}/members`;
        await client.ok("POST", path, { body: { user_id: member.id } });
        await client.ok("DELETE", `${path}/${member.id}`);
      },
      () => [
        { type: "channel.member_added", target_id: member.id, channel_id: channelId },
        { type: "channel.member_removed", target_id: member.id, channel_id: channelId },
      ],
    ],
    [
      "a topic",
      ["session", "bot"],
      (client) =>
        client.ok("POST", `/api/workspaces/${here.id}/topics`, { body: { name: crypto.randomUUID() } }),
      () => [{ type: "topic.created", target_id: expect.stringMatching(/^top_/) }],
    ],
    [
      "a pin, and its end",
      ["session", "bot"],
      async (client) => {
        const path = `/api/channels/${channelId}/pins`;
        await client.ok("POST", path, { body: { message_id: messageId } });
        await client.ok("DELETE", `${path}/${messageId}`);
      },
      () =>
        ["pin.added", "pin.removed"].map((type) => ({ type, target_id: messageId, channel_id: channelId })),
    ],
    [
      "an invite, and its end",
      ["session", "bot"],
      async (client) => {
        const body = { max_uses: 3, channel_id: channelId };
        const { invite } = await client.ok("POST", `/api/workspaces/${here.id}/invites`, { body });
        await client.ok("DELETE", `/api/invites/${invite.id}`);
      },
      () => [
        {
          type: "invite.created",
          target_id: expect.stringMatching(/^inv_/),
          channel_id: channelId,
          details: { role: "member", max_uses: 3 },
        },
        { type: "invite.revoked" },
      ],
    ],
    [
      "the workspace's name",
      ["session"],
      (client) => client.ok("PATCH", `/api/workspaces/${here.id}`, { body: { name: "Renamed" } }),
      () => [{ type: "workspace.updated", details: { name: "Renamed" } }],
    ],
    [
      "a file that goes",
      ["session", "bot"],
      async (client) => {
        const { id } = await uploadFile(client, here.id, { content: "x" });
        await client.ok("DELETE", `/api/uploads/${id}`);
      },
      () => [
        { type: "upload.deleted", target_id: expect.stringMatching(/^upl_/), details: { byte_size: 1 } },
      ],
    ],
    [
      "a message of somebody else's that goes",
      ["session"],
      async (client) => {
        const { message } = await member.client.post(channelId, "a secret text");
        await client.ok("DELETE", `/api/messages/${message.id}`);
      },
      () => [{ type: "message.deleted", channel_id: channelId, details: { author_id: member.id } }],
    ],
    [
      "nothing of what is said",
      ["session", "bot"],
      async (client) => {
        const { message } = await client.post(channelId, "a secret text");
        const path = `/api/messages/${message.id}`;
        await client.ok("PATCH", path, { body: { body: "another secret text" } });
        await client.ok("POST", `${path}/reactions`, { body: { emoji: "x" } });
        await client.ok("POST", `${path}/thread/replies`, { body: { body: "a secret text" } });
        await client.ok("DELETE", path);
        await client.ok("POST", "/api/dms", { body: { workspace_id: here.id, member_ids: [member.id] } });
      },
      () => [],
    ],
  ];

  it.each(ACTS.flatMap(([name, by, act, entries]) => by.map((who) => [name, who, act, entries] as const)))(
    "%s, by a %s",
    async (_, who, act, entries) => {
      const { id, credential, client } = actors[who];
      const known = new Set((await here.log()).entries.map((entry) => entry.id));
      await act(client);
      const left = (await here.log()).entries.filter((entry) => !known.has(entry.id)).toReversed();
      const actor = { user_id: id, credential_id: credential };
      expect(left).toMatchObject(entries().map((entry) => ({ ...entry, actor })));
      for (const entry of left) {
        expect(entry.id).toMatch(/^aud_/);
        expect(Math.abs(Date.now() - Date.parse(entry.at))).toBeLessThan(60_000);
      }
      expect(JSON.stringify(left)).not.toContain("secret text");
    },
  );

  it("a request is found again by its correlation id, and what the operator does has no credential", async () => {
    const headers = { "X-Correlation-ID": `trace-${crypto.randomUUID()}` };
    const { invite } = await here.owner.ok("POST", `/api/workspaces/${here.id}/invites`, {
      body: {},
      headers,
    });
    expect((await here.log(`&target_id=${invite.id}`)).entries).toMatchObject([
      { correlation_id: headers["X-Correlation-ID"] },
    ]);
    await clickclack.operator.blockMember(here.id, member.id);
    const [blocked] = (await here.log("&type=member.moderation_updated")).entries;
    expect(blocked).toMatchObject({
      actor: { user_id: "system" },
      target_id: member.id,
      details: { blocked: true, role: "member" },
    });
    expect(blocked!.actor).not.toHaveProperty("credential_id");
  });

  it("holds no code of an invite", async () => {
    const { invite } = await here.owner.ok("POST", `/api/workspaces/${here.id}/invites`, { body: {} });
    const { client, user } = await clickclack.client.signUp("Joins");
    await client.ok("POST", `/api/invites/${invite.code}/accept`);
    const { entries } = await here.log();
    expect(entries.slice(0, 3)).toMatchObject([
      { type: "member.added", target_id: user.id, actor: { user_id: user.id } },
      { type: "invite.accepted", target_id: invite.id, details: { user_id: user.id, uses: 1 } },
      { type: "invite.created", target_id: invite.id },
    ]);
    expect(JSON.stringify(entries)).not.toContain(invite.code);
  });
});

it("is for the owner alone", async () => {
  const { id, join } = await world();
  const path = `/api/workspaces/${id}/audit-log`;
  for (const role of ["moderator", "member"] as const) {
    const answer = await (await join(role)).client.request("GET", path);
    expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
  }
  const { token } = await clickclack.operator.createBot(id, ["bot:admin"]);
  const bot = await clickclack.client.withToken(token.token).request("GET", path);
  expect(bot).toMatchObject({ status: 403, body: { code: "not_allowed_for_bots" } });
  const stranger = (await clickclack.client.signUp("Stranger")).client;
  expect((await stranger.request("GET", path)).status).toBe(404);
});

describe("filters and pages", () => {
  /** All entries for a query, page by page. */
  const pages = async (
    { owner, id }: World,
    query: string,
    limit: number,
    between?: () => Promise<unknown>,
  ) => {
    const found: Array<AuditEntry> = [];
    for (let cursor = ""; ;) {
      const path = `/api/workspaces/${id}/audit-log?limit=${limit}${query}${cursor && `&cursor=${cursor}`}`;
      const { entries, next_cursor } = await owner.ok("GET", path);
      found.push(...entries);
      if (next_cursor === null) return found;
      expect(entries).toHaveLength(limit);
      cursor = next_cursor;
      await between?.();
    }
  };

  it("give each entry once, newest first, also while others write", async () => {
    const here = await world();
    const channels: Array<string> = [];
    for (let i = 0; i < 8; i++) channels.push((await here.owner.createChannel(here.id)).id);
    const all = (await here.log()).entries;
    expect(all).toHaveLength(2 + 2 * 8);
    expect(await pages(here, "", 3)).toEqual(all);
    const busy = () => Promise.all([1, 2, 3].map(() => here.owner.createChannel(here.id)));
    expect(await pages(here, "", 3, busy)).toEqual(all);
    const now = (await here.log()).entries;
    for (const [query, wanted] of [
      ["&type=channel.created", (one: AuditEntry) => one.type === "channel.created"],
      [`&channel_id=${channels[3]}`, (one: AuditEntry) => one.channel_id === channels[3]],
      [`&target_id=${channels[3]}`, (one: AuditEntry) => one.target_id === channels[3]],
      [`&actor_id=${here.ownerId}`, () => true],
      ["&actor_id=usr_nobody", () => false],
      [`&since=${now[9]!.at}`, (one: AuditEntry) => one.at >= now[9]!.at],
      [`&until=${now[9]!.at}`, (one: AuditEntry) => one.at < now[9]!.at],
      [
        `&type=channel.created&since=${now[30]!.at}&until=${now[9]!.at}`,
        (one: AuditEntry) => one.type === "channel.created" && one.at >= now[30]!.at && one.at < now[9]!.at,
      ],
    ] as const)
      expect([query, await pages(here, query, 2)]).toEqual([query, now.filter(wanted)]);
  });

  it.each([
    "cursor=nope",
    "cursor=MjAyNg",
    "since=yesterday",
    "until=2026-13-01T00:00:00Z",
    "type=message.created",
  ])("refuse %s", async (query) => {
    const { owner, id } = await world();
    const answer = await owner.request("GET", `/api/workspaces/${id}/audit-log?${query}`);
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_request" } });
  });

  it("cut a limit to its bounds", async () => {
    const { owner, id } = await world();
    const path = `/api/workspaces/${id}/audit-log`;
    expect((await owner.ok("GET", `${path}?limit=0`)).entries).toHaveLength(1);
    expect((await owner.ok("GET", `${path}?limit=99999`)).entries).toHaveLength(2);
  });
});
