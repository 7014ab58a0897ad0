import type { Channel, Message } from "@clickclack/protocol/http/shapes";
import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { versionOf } from "../support/versionOf.ts";

const clickclack = oneServer();

let ann: ApiClient;
let annId = "";
let bobId = "";
let workspaceId = "";

beforeAll(async () => {
  const { client, operator } = clickclack;
  const people = [await client.signUp("Ann"), await client.signUp("Bob")] as const;
  [ann, annId, bobId] = [people[0].client, people[0].user.id, people[1].user.id];
  workspaceId = (await ann.createWorkspace("Contract")).id;
  await operator.addMember(workspaceId, bobId);
});

const openConversation = async (): Promise<string> => {
  const body = { workspace_id: workspaceId, member_ids: [bobId] };
  return (await ann.ok("POST", "/api/dms", { body })).conversation.id;
};

it("ids are a prefix and a lower-case ULID, and route ids a letter and its last sixteen characters in capitals", async () => {
  const id = (prefix: string) => expect.stringMatching(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`));
  const routeOf = (letter: string, of: string) => `${letter}${of.slice(-16).toUpperCase()}`;
  const { workspace } = await ann.ok("GET", `/api/workspaces/${workspaceId}`);
  const channel = await ann.createChannel(workspaceId);
  const { message, event } = await ann.post(channel.id, "hello");
  const { conversation } = await ann.ok("GET", `/api/dms/${await openConversation()}`);
  const { topic } = await ann.ok("POST", `/api/workspaces/${workspaceId}/topics`, {
    body: { name: crypto.randomUUID() },
  });
  const routed = (await ann.ok("POST", `/api/messages/${message.id}/route`)).message;
  expect([annId, workspace.id, channel.id]).toEqual([id("usr"), id("wsp"), id("chn")]);
  expect([message.id, event.id, conversation.id, topic.id]).toEqual([
    id("msg"),
    id("evt"),
    id("dm"),
    id("top"),
  ]);
  expect([workspace, channel, conversation, routed].map(({ route_id }) => route_id)).toEqual([
    routeOf("T", workspaceId),
    routeOf("C", channel.id),
    routeOf("D", conversation.id),
    routeOf("M", message.id),
  ]);
});

it("cursors are texts of one width that sort as the log does", async () => {
  const channel = await ann.createChannel(workspaceId);
  for (let i = 0; i < 20; i++) await ann.post(channel.id, `message ${i}`);
  const { events } = await ann.ok("GET", `/api/realtime/events?workspace_id=${workspaceId}&limit=500`);
  const cursors: ReadonlyArray<string> = events.map(({ cursor }: EventFrame) => cursor);
  expect(cursors.length).toBeGreaterThan(20);
  expect(cursors).toEqual(cursors.toSorted());
  expect(new Set(cursors.map(({ length }) => length)).size).toBe(1);
  expect(cursors.every((cursor) => /^cur_[0-9a-z]+$/.test(cursor))).toBe(true);
  const versions = cursors.map(versionOf);
  expect(versions).toEqual(versions.toSorted((a, b) => a - b));
});

it("every root carries the state of its thread, with or without replies, and no reply does", async () => {
  const conversation = await openConversation();
  const channel = await ann.createChannel(workspaceId);
  for (const path of [`/api/channels/${channel.id}/messages`, `/api/dms/${conversation}/messages`]) {
    const say = async (body: string): Promise<Message> =>
      (await ann.ok("POST", path, { body: { body } })).message;
    const [quiet, busy] = [await say("quiet"), await say("busy")];
    const replies = `/api/messages/${busy.id}/thread/replies`;
    const { message: reply, thread_state } = await ann.ok("POST", replies, { body: { body: "a reply" } });
    const none = { root_message_id: quiet.id, reply_count: 0, last_reply_author_ids: [] };
    const some = {
      root_message_id: busy.id,
      reply_count: 1,
      last_reply_at: reply.created_at,
      last_reply_author_ids: [annId],
    };
    expect(thread_state).toEqual(some);
    const page: ReadonlyArray<Message> = (await ann.ok("GET", path)).messages;
    expect(page.slice(-2).map((message) => message.thread_state)).toEqual([none, some]);
    const thread = await ann.ok("GET", `/api/messages/${busy.id}/thread`);
    expect([thread.root.thread_state, thread.thread_state]).toEqual([some, some]);
    expect(thread.replies[0]).toEqual(reply);
    expect(reply).not.toHaveProperty("thread_state");
  }
});

describe("a limit out of bounds is cut to the bounds, of", () => {
  let channel: Channel;
  let rootId = "";
  let conversation = "";
  beforeAll(async () => {
    channel = await ann.createChannel(workspaceId);
    conversation = await openConversation();
    rootId = (await ann.post(channel.id, "needle")).message.id;
    for (const path of [`/api/dms/${conversation}/messages`, `/api/messages/${rootId}/thread/replies`])
      for (const body of ["needle", "needle"]) await ann.ok("POST", path, { body: { body } });
    const { client: bob } = await clickclack.client.signUp("Cem");
    const cem = (await bob.me()).id;
    await clickclack.operator.addMember(workspaceId, cem);
    for (const body of ["@channel needle", "@channel needle"]) await bob.post(channel.id, body);
  });

  const lists: ReadonlyArray<readonly [list: string, path: () => string]> = [
    ["messages", () => `/api/channels/${channel.id}/messages?`],
    ["messages", () => `/api/dms/${conversation}/messages?`],
    ["replies", () => `/api/messages/${rootId}/thread?`],
    ["members", () => `/api/workspaces/${workspaceId}/members?`],
    ["mentions", () => `/api/me/mentions?workspace_id=${workspaceId}&`],
    ["results", () => `/api/search?workspace_id=${workspaceId}&q=needle&`],
    ["events", () => `/api/realtime/events?workspace_id=${workspaceId}&`],
  ];
  it.each(lists)("%s (list %#)", async (list, path) => {
    const all = (await ann.ok("GET", `${path()}limit=99999999999999999999`))[list];
    expect(all.length).toBeGreaterThan(1);
    for (const limit of ["0", "-1"])
      expect((await ann.ok("GET", `${path()}limit=${limit}`))[list]).toHaveLength(1);
    for (const limit of ["x", "1.5"])
      expect((await ann.request("GET", `${path()}limit=${limit}`)).status).toBe(400);
  });
});

describe("an event tells ids alone, live and in the answer, of", () => {
  let channel: Channel;
  let message: Message;
  let event: EventFrame;
  beforeAll(async () => {
    channel = await ann.createChannel(workspaceId);
    ({ message, event } = await ann.post(channel.id, "hello"));
  });

  /** What is sent, and the events that it causes: their types, and what they carry besides `created_at`, `id` and `cursor`. */
  type Row = readonly [
    method: string,
    path: () => string,
    body: () => object | undefined,
    events: (answer: {
      readonly message?: Message;
      readonly channel?: Channel;
    }) => ReadonlyArray<readonly [type: string, object]>,
  ];
  const ofMessage = (rest = "") => `/api/messages/${message.id}${rest}`;
  const inChannel = (payload: object, more: object = {}) => ({ channel_id: channel.id, payload, ...more });
  const correlation_id = "contract";
  const rows: ReadonlyArray<Row> = [
    [
      "PATCH",
      () => `/api/workspaces/${workspaceId}`,
      () => ({ name: "Contract" }),
      () => [["workspace.updated", { payload: { workspace_id: workspaceId } }]],
    ],
    [
      "POST",
      () => `/api/workspaces/${workspaceId}/channels`,
      () => ({ name: `c-${crypto.randomUUID()}` }),
      ({ channel: created }) => [
        ["channel.created", { channel_id: created!.id, payload: { channel_id: created!.id } }],
      ],
    ],
    [
      "PATCH",
      () => `/api/channels/${channel.id}`,
      () => ({ display_title: "Title" }),
      () => [["channel.updated", inChannel({ channel_id: channel.id, archived: false })]],
    ],
    [
      "POST",
      () => `/api/channels/${channel.id}/messages`,
      () => ({ body: "again", nonce: "n-1", kind: "note", turn_id: "t-1" }),
      ({ message: posted }) => [
        [
          "message.created",
          inChannel(
            {
              message_id: posted!.id,
              author_id: annId,
              nonce: "n-1",
              kind: "note",
              turn_id: "t-1",
              correlation_id,
            },
            { seq: 2 },
          ),
        ],
      ],
    ],
    [
      "PATCH",
      ofMessage,
      () => ({ body: "hello!" }),
      () => [["message.updated", inChannel({ message_id: message.id, root_message_id: message.id })]],
    ],
    [
      "POST",
      () => ofMessage("/thread/replies"),
      () => ({ body: "a reply", nonce: "n-2" }),
      ({ message: reply }) => [
        [
          "thread.reply_created",
          inChannel({ message_id: reply!.id, root_message_id: message.id, nonce: "n-2", correlation_id }),
        ],
        ["thread.state_updated", inChannel({ root_message_id: message.id })],
      ],
    ],
    [
      "POST",
      () => ofMessage("/reactions"),
      () => ({ emoji: "tada" }),
      () => [
        ["reaction.added", inChannel({ message_id: message.id, emoji: "tada", user_id: annId, count: 1 })],
      ],
    ],
    [
      "DELETE",
      () => ofMessage("/reactions/tada"),
      () => undefined,
      () => [
        ["reaction.removed", inChannel({ message_id: message.id, emoji: "tada", user_id: annId, count: 0 })],
      ],
    ],
    [
      "POST",
      () => `/api/channels/${channel.id}/pins`,
      () => ({ message_id: message.id }),
      () => [["pin.added", inChannel({ channel_id: channel.id, message_id: message.id, pinned_by: annId })]],
    ],
    [
      "DELETE",
      () => `/api/channels/${channel.id}/pins/${message.id}`,
      () => undefined,
      () => [
        ["pin.removed", inChannel({ channel_id: channel.id, message_id: message.id, pinned_by: annId })],
      ],
    ],
    [
      "DELETE",
      ofMessage,
      () => undefined,
      () => [["message.deleted", inChannel({ message_id: message.id, root_message_id: message.id })]],
    ],
  ];

  // In this order: each row stands on those before it.
  it("all that can be done, one after the other", async () => {
    const socket = await clickclack.watch({ workspaceId, headers: ann.headers, afterCursor: event.cursor });
    for (const [method, path, body, expected] of rows) {
      await socket.barrier();
      const before = socket.events.length;
      const sent = body();
      const answer = await ann.ok(method, path(), {
        headers: { "X-Correlation-ID": correlation_id },
        ...(sent && { body: sent }),
      });
      await socket.barrier();
      const live = socket.events.slice(before);
      const text = expect.any(String);
      expect(live).toEqual(
        expected(answer).map(([type, rest]) => ({
          id: text,
          cursor: text,
          created_at: text,
          workspace_id: workspaceId,
          type,
          ...rest,
        })),
      );
      expect(answer.events ?? [answer.event]).toEqual(live);
    }
  });

  it("a member that is blocked", async () => {
    const { client, operator } = clickclack;
    const { user } = await client.signUp("Dan");
    await operator.addMember(workspaceId, user.id, "guest");
    const socket = await clickclack.watch({ workspaceId, headers: ann.headers });
    await operator.blockMember(workspaceId, user.id);
    await socket.barrier();
    expect(socket.events.at(-1)).toMatchObject({
      type: "member.moderation_updated",
      payload: { user_id: user.id, role: "guest" },
    });
  });
});
