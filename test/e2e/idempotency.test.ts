import type { Channel, Workspace } from "@clickclack/protocol/http/shapes";
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";

const clickclack = oneServer();
let ann: ApiClient;
let workspace: Workspace;
let channel: Channel;
let rootId = "";
let guestId = "";
let conversationId = "";
const unpinned: Array<string> = [];

beforeAll(async () => {
  ann = (await clickclack.client.signUp("Ann")).client;
  const [one, two] = await Promise.all([clickclack.client.signUp("Bob"), clickclack.client.signUp("Cem")]);
  workspace = await ann.createWorkspace();
  channel = await ann.createChannel(workspace.id);
  await clickclack.operator.addMember(workspace.id, one.user.id);
  await clickclack.operator.addMember(workspace.id, two.user.id);
  guestId = one.user.id;
  rootId = (await ann.post(channel.id, "root")).message.id;
  for (const body of ["one", "two"]) unpinned.push((await ann.post(channel.id, body)).message.id);
  const dm = { workspace_id: workspace.id, member_ids: [guestId] };
  conversationId = (await ann.ok("POST", "/api/dms", { body: dm })).conversation.id;
});

const MANY = Array.from({ length: 50 });
const fresh = () => crypto.randomUUID();
const messagesPath = () => `/api/channels/${channel.id}/messages`;

const eventsSince = async (cursor: string) =>
  (await ann.ok("GET", `/api/realtime/events?workspace_id=${workspace.id}&after_cursor=${cursor}`)).events;
const tail = async (): Promise<string> =>
  (await ann.ok("GET", `/api/realtime/events?workspace_id=${workspace.id}&limit=1&include_tail=true`))
    .tail_cursor;

describe("a nonce", () => {
  it("that comes again with the same message gives that message with 200, and no event", async () => {
    const body = { body: "once", nonce: fresh() };
    const first = await ann.request("POST", messagesPath(), { body });
    const before = await tail();
    const again = await ann.request("POST", messagesPath(), { body: { ...body, body: "  once\n" } });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual({ message: first.body.message });
    expect(await eventsSince(before)).toEqual([]);
  });

  it("that comes again with another text, or as a reply, or in another channel, is a conflict", async () => {
    const nonce = fresh();
    await ann.post(channel.id, "once", { nonce });
    const other = await ann.createChannel(workspace.id);
    const conflicts = [
      await ann.request("POST", messagesPath(), { body: { body: "twice", nonce } }),
      await ann.request("POST", messagesPath(), { body: { body: "once", nonce, kind: "note" } }),
      await ann.request("POST", `/api/channels/${other.id}/messages`, { body: { body: "once", nonce } }),
      await ann.request("POST", `/api/messages/${rootId}/thread/replies`, { body: { body: "once", nonce } }),
    ];
    for (const { status, body } of conflicts)
      expect([status, body.code]).toEqual([409, "idempotency_conflict"]);
  });

  it("of a reply works alike, with null for the events", async () => {
    const path = `/api/messages/${rootId}/thread/replies`;
    const body = { body: "re", nonce: fresh() };
    const first = await ann.request("POST", path, { body });
    const again = await ann.request("POST", path, { body });
    expect([first.status, again.status]).toEqual([201, 200]);
    const { message, thread_state } = first.body;
    expect(again.body).toEqual({ message, thread_state, events: null });
    const { status } = await ann.request("POST", path, { body: { ...body, body: "other" } });
    expect(status).toBe(409);
  });

  it("is its author's own", async () => {
    const body = { body: "mine", nonce: fresh() };
    const bob = await clickclack.client.signUp("Bob");
    await clickclack.operator.addMember(workspace.id, bob.user.id);
    const [one, two] = [
      await ann.request("POST", messagesPath(), { body }),
      await bob.client.request("POST", messagesPath(), { body }),
    ];
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(two.body.message.id).not.toBe(one.body.message.id);
  });

  it("that comes fifty times at once makes one message", async () => {
    const body = { body: "at once", nonce: fresh() };
    const before = await tail();
    const answers = await Promise.all(MANY.map(() => ann.request("POST", messagesPath(), { body })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(MANY.length - 1);
    expect(new Set(answers.map((answer) => answer.body.message.id)).size).toBe(1);
    expect(await eventsSince(before)).toHaveLength(1);
  });

  it("outlives the server", async () => {
    const body = { body: "before and after", nonce: fresh() };
    const first = await ann.request("POST", messagesPath(), { body });
    await clickclack.server.kill();
    await clickclack.server.start();
    const again = await ann.request("POST", messagesPath(), { body });
    expect([again.status, again.body.message]).toEqual([200, first.body.message]);
  });
});

describe("an Idempotency-Key", () => {
  /** Every POST that creates: where, a body, and another one. */
  const creations: ReadonlyArray<
    readonly [what: string, path: () => string, body: () => object, other: object]
  > = [
    ["workspaces", () => "/api/workspaces", () => ({ name: `Acme ${fresh()}` }), { name: "Other" }],
    [
      "workspaces with a slug",
      () => "/api/workspaces",
      () => ({ name: "Acme", slug: `acme-${fresh()}` }),
      { name: "Other", slug: "other" },
    ],
    [
      "channels",
      () => `/api/workspaces/${workspace.id}/channels`,
      () => ({ name: `c-${fresh()}` }),
      { name: "other" },
    ],
    ["messages", messagesPath, () => ({ body: "hello" }), { body: "other" }],
    ["replies", () => `/api/messages/${rootId}/thread/replies`, () => ({ body: "hello" }), { body: "other" }],
    [
      "reactions",
      () => `/api/messages/${rootId}/reactions`,
      () => ({ emoji: fresh().slice(0, 8) }),
      { emoji: "other" },
    ],
    [
      "channel members",
      () => `/api/channels/${channel.id}/members`,
      () => ({ user_id: guestId }),
      { user_id: "usr_other" },
    ],
    [
      "pins",
      () => `/api/channels/${channel.id}/pins`,
      () => ({ message_id: unpinned.pop()! }),
      { message_id: "msg_other" },
    ],
    [
      "topics",
      () => `/api/workspaces/${workspace.id}/topics`,
      () => ({ name: `t-${fresh()}` }),
      { name: "other" },
    ],
    [
      "direct messages",
      () => `/api/dms/${conversationId}/messages`,
      () => ({ body: "psst" }),
      { body: "other" },
    ],
  ];

  it.each(creations)("makes %s once: the same request gets the same answer", async (_what, path, make) => {
    const headers = { "Idempotency-Key": fresh() };
    const body = make();
    const first = await ann.request("POST", path(), { headers, body });
    const before = await tail();
    const again = await ann.request("POST", path(), { headers, body });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(await eventsSince(before)).toEqual([]);
  });

  it.each(creations)("for %s refuses another body with 409", async (what, path, make, other) => {
    const headers = { "Idempotency-Key": fresh() };
    if (what === "channel members") await ann.request("DELETE", `${path()}/${guestId}`);
    await ann.ok("POST", path(), { headers, body: make() });
    const answer = await ann.request("POST", path(), { headers, body: other });
    expect([answer.status, answer.body.code]).toEqual([409, "idempotency_conflict"]);
  });

  it("does not stand for the same body elsewhere", async () => {
    const headers = { "Idempotency-Key": fresh() };
    const other = await ann.createChannel(workspace.id);
    await ann.ok("POST", messagesPath(), { headers, body: { body: "here" } });
    const path = `/api/channels/${other.id}/messages`;
    expect((await ann.request("POST", path, { headers, body: { body: "here" } })).status).toBe(409);
  });

  it.each(creations.slice(0, 6))(
    "that comes fifty times at once makes one of %s",
    async (_what, path, make) => {
      const headers = { "Idempotency-Key": fresh() };
      const body = make();
      const before = await tail();
      const answers = await Promise.all(MANY.map(() => ann.request("POST", path(), { headers, body })));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
      const made = answers.map((answer) => {
        const { workspace: w, channel: c, message: m, event } = answer.body;
        return (w ?? c ?? m ?? event).id;
      });
      expect(new Set(made).size).toBe(1);
      const inWorkspace = answers[0]!.body.workspace ? 0 : (answers[0]!.body.events?.length ?? 1);
      expect(await eventsSince(before)).toHaveLength(inWorkspace);
    },
  );

  it("goes together with a nonce", async () => {
    const body = { body: "both", nonce: fresh() };
    const headers = { "Idempotency-Key": fresh() };
    const first = await ann.request("POST", messagesPath(), { headers, body });
    const byKey = await ann.request("POST", messagesPath(), { headers, body });
    const byNonce = await ann.request("POST", messagesPath(), { body });
    expect([byKey.status, byKey.body]).toEqual([201, first.body]);
    expect([byNonce.status, byNonce.body]).toEqual([200, { message: first.body.message }]);
  });

  it.each(["", "x".repeat(256)])("of a wrong length is 400", async (key) => {
    const headers = { "Idempotency-Key": key };
    const answer = await ann.request("POST", messagesPath(), { headers, body: { body: "x" } });
    expect([answer.status, answer.body.code]).toEqual([400, "invalid_request"]);
  });
});
