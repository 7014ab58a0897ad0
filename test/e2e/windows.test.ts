import { beforeAll, describe, expect, it } from "vitest";
import { oneServer } from "../support/oneServer.ts";

const clickclack = oneServer();
const TOTAL = 205; // more than one page of the largest size
let channelId = "";
let rootId = "";

beforeAll(async () => {
  const { client } = clickclack;
  const workspace = await client.createWorkspace();
  channelId = (await client.createChannel(workspace.id)).id;
  for (let n = 1; n <= TOTAL; n++) {
    const { message } = await client.post(channelId, `message ${n}`);
    if (n === 1) rootId = message.id;
  }
  for (let n = 1; n <= 7; n++) {
    await client.ok("POST", `/api/messages/${rootId}/thread/replies`, { body: { body: `reply ${n}` } });
  }
});

/** First and last sequence number, how many, and whether more lie on each side. */
const window = async (query: string) => {
  const page = await clickclack.client.list(channelId, query);
  const seqs = page.messages.map(({ channel_seq }) => channel_seq!);
  expect(seqs).toEqual(Array.from(seqs, (_, i) => seqs[0]! + i));
  expect([page.oldest_seq, page.newest_seq]).toEqual([seqs[0] ?? 0, seqs.at(-1) ?? 0]);
  return [page.oldest_seq, page.newest_seq, page.has_older, page.has_newer];
};

describe("a channel's messages come ascending", () => {
  it.each([
    ["", [106, 205, true, false]],
    ["?mode=latest&limit=5", [201, 205, true, false]],
    ["?limit=5", [201, 205, true, false]],
    ["?after_seq=0&limit=3", [1, 3, false, true]],
    ["?after_seq=0&limit=200", [1, 200, false, true]],
    ["?after_seq=200", [201, 205, true, false]],
    ["?after_seq=205", [0, 0, true, false]],
    ["?after_seq=-9&limit=2", [1, 2, false, true]],
    ["?before_seq=4", [1, 3, false, true]],
    ["?before_seq=200&limit=2", [198, 199, true, true]],
    ["?before_seq=206&limit=2", [204, 205, true, false]],
    ["?before_seq=1", [0, 0, false, true]],
    ["?before_seq=9007199254740991&limit=1", [205, 205, true, false]],
    ["?around_seq=100&limit=10", [95, 104, true, true]],
    ["?around_seq=1&limit=4", [1, 4, false, true]],
    ["?around_seq=205&limit=4", [203, 205, true, false]],
    ["?around_seq=100&limit=1", [100, 100, true, true]],
  ] as const)("in the window %s", async (query, expected) => {
    expect(await window(query)).toEqual(expected);
  });

  it.each([
    ["0", 1],
    ["-5", 1],
    ["1", 1],
    ["200", 200],
    ["201", 200],
    ["99999999999999999999", 200],
    ["", 100],
  ])("and a limit of %s is cut to its bounds", async (limit, count) => {
    expect((await clickclack.client.list(channelId, `?limit=${limit}`)).messages).toHaveLength(count);
  });

  it.each([
    "after_seq=1&before_seq=9",
    "after_seq=1&around_seq=9",
    "before_seq=1&mode=latest",
    "around_seq=1&before_seq=1&after_seq=1",
    "limit=ten",
    "limit=1.5",
    "after_seq=1e3",
    "after_seq=0x10",
    "mode=oldest",
    "limit=1&limit=2",
  ])("but not for %s", async (query) => {
    const answer = await clickclack.client.request("GET", `/api/channels/${channelId}/messages?${query}`);
    expect([answer.status, answer.body.code]).toEqual([400, "invalid_request"]);
  });
});

describe("a thread's replies come ascending", () => {
  it.each([
    ["", [1, 7, false, false]],
    ["?limit=3", [1, 3, false, true]],
    ["?latest=true&limit=3", [5, 7, true, false]],
    ["?latest=false&limit=3", [1, 3, false, true]],
    ["?after_seq=5", [6, 7, true, false]],
    ["?before_seq=3&limit=1", [2, 2, true, true]],
    ["?around_seq=4&limit=2", [3, 4, true, true]],
  ] as const)("in the window %s", async (query, expected) => {
    const page = await clickclack.client.ok("GET", `/api/messages/${rootId}/thread${query}`);
    expect([page.oldest_seq, page.newest_seq, page.has_older, page.has_newer]).toEqual(expected);
    expect(page.replies.map((reply: { thread_seq: number }) => reply.thread_seq)).toEqual(
      Array.from({ length: expected[1] - expected[0] + 1 }, (_, i) => expected[0] + i),
    );
    expect(page.thread_state).toMatchObject({ root_message_id: rootId, reply_count: 7 });
  });

  it("but not for two windows at once", async () => {
    const path = `/api/messages/${rootId}/thread?after_seq=1&latest=true`;
    expect((await clickclack.client.request("GET", path)).status).toBe(400);
  });

  it("whichever of its messages is named", async () => {
    const { replies } = await clickclack.client.ok("GET", `/api/messages/${rootId}/thread`);
    const byReply = await clickclack.client.ok("GET", `/api/messages/${replies[2].id}/thread`);
    expect(byReply.root.id).toBe(rootId);
    expect(byReply.replies).toEqual(replies);
  });
});

it("an empty channel is an empty page", async () => {
  const { client } = clickclack;
  const channel = await client.createChannel((await client.createWorkspace()).id);
  const empty = { messages: [], oldest_seq: 0, newest_seq: 0, has_older: false, has_newer: false };
  for (const query of ["", "?after_seq=0", "?before_seq=5", "?around_seq=3"])
    expect(await client.list(channel.id, query)).toEqual(empty);
});

it("messages of a topic are a timeline of their own", async () => {
  const { client } = clickclack;
  const channel = await client.createChannel((await client.createWorkspace()).id);
  const path = `/api/workspaces/${channel.workspace_id}/topics`;
  const [a, b] = await Promise.all(
    ["a", "b"].map(async (name) => (await client.ok("POST", path, { body: { name } })).topic.id as string),
  );
  for (const topic_id of [a, b, a]) await client.post(channel.id, "about it", { topic_id });
  const page = await client.list(channel.id, `?topic_id=${a}`);
  expect(page.messages.map(({ channel_seq, topic_id }) => [channel_seq, topic_id])).toEqual([
    [1, a],
    [3, a],
  ]);
});
