import type { SearchResult } from "@clickclack/protocol/http/SearchGroup";
import type { Channel, Message, User } from "@clickclack/protocol/http/shapes";
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";

const clickclack = oneServer();

type Person = { readonly user: User; readonly client: ApiClient };
let ann: Person;
let bob: Person;
let workspaceId = "";
let fruit: Channel;
let trees: Channel;
let secret: Channel;
const said: Record<string, Message> = {};

beforeAll(async () => {
  const { client, operator } = clickclack;
  [ann, bob] = [await client.signUp("Ann"), await client.signUp("Bob")];
  workspaceId = (await ann.client.createWorkspace("Search")).id;
  await operator.addMember(workspaceId, bob.user.id);
  fruit = await ann.client.createChannel(workspaceId, "fruit");
  trees = await ann.client.createChannel(workspaceId, "trees");
  secret = await ann.client.createChannel(workspaceId, "secret", "private");
  const say = async (name: string, { client: by }: Person, channel: Channel, body: string) => {
    said[name] = (await by.post(channel.id, body)).message;
  };
  await say("plain", ann, fruit, "an apple a day");
  await say("often", bob, fruit, "apple apple apple");
  await say("phrase", ann, trees, "the red apple tree");
  await say("apart", bob, trees, "a tree with a red bird and an apple");
  await say("link", ann, trees, "apple at https://example.com/x");
  await say("hidden", ann, secret, "a hidden apple");
});

const search = async (
  { client }: Person,
  q: string,
  extra: Readonly<Record<string, string>> = {},
): Promise<{ results: ReadonlyArray<SearchResult>; next_cursor: string | null }> =>
  client.ok("GET", `/api/search?${new URLSearchParams({ workspace_id: workspaceId, q, ...extra })}`);
const namesOf = (results: ReadonlyArray<SearchResult>) =>
  results.map(({ message_id: id }) => Object.keys(said).find((name) => said[name]!.id === id) ?? id);
const found = async (by: Person, q: string, extra = {}) =>
  namesOf((await search(by, q, extra)).results).toSorted();

describe("a query finds", () => {
  const today = () => new Date().toISOString().slice(0, 10);
  const cases: ReadonlyArray<readonly [q: string | (() => string), names: ReadonlyArray<string>]> = [
    ["apple", ["apart", "link", "often", "phrase", "plain"]],
    ["APPLE tree", ["apart", "phrase"]],
    ['"red apple"', ["phrase"]],
    ["apple -tree -day", ["link", "often"]],
    ["day or bird", ["apart", "plain"]],
    [() => `apple from:@${bob.user.handle}`, ["apart", "often"]],
    ["apple from:me", ["link", "phrase", "plain"]],
    ["from:me", ["link", "phrase", "plain"]],
    ["apple from:nobody-at-all", []],
    [() => `apple in:#${fruit.name}`, ["often", "plain"]],
    [() => `in:${trees.name} tree`, ["apart", "phrase"]],
    ["apple has:link", ["link"]],
    [() => `apple before:${today()}`, []],
    ["apple after:2020-01-01", ["apart", "link", "often", "phrase", "plain"]],
    [() => `apple after:${today()}`, []],
    [() => `apple in:${secret.name}`, []],
    ["pear", []],
  ];
  it.each(cases)("%s", async (q, names) => {
    const query = typeof q === "string" ? q : q();
    const by = query.includes("from:me") ? ann : bob;
    const hits = (await found(by, query)).filter((name) => name !== "hidden");
    expect([query, hits]).toEqual([query, names]);
  });

  it("messages with threads, reactions and mentions by has:", async () => {
    const { id } = said["plain"]!;
    await ann.client.ok("POST", `/api/messages/${id}/reactions`, { body: { emoji: "🍎" } });
    await ann.client.ok("POST", `/api/messages/${id}/thread/replies`, { body: { body: "indeed" } });
    expect(await found(bob, "apple has:reaction")).toEqual(["plain"]);
    expect(await found(bob, "apple has:thread")).toEqual(["plain"]);
    expect(await found(bob, "apple has:mention")).toEqual([]);
    const { results } = await search(bob, "indeed");
    expect(results).toMatchObject([{ thread_root_id: id, thread_seq: 1 }]);
  });
});

describe("a search shows", () => {
  it("nobody what it may not see", async () => {
    expect(await found(ann, "hidden")).toEqual(["hidden"]);
    expect(await found(bob, "hidden")).toEqual([]);
    const path = `/api/search?workspace_id=${workspaceId}&q=hidden&channel_id=${secret.id}`;
    expect((await bob.client.request("GET", path)).status).toBe(404);
    expect((await clickclack.client.request("GET", path)).status).toBe(404);
    await clickclack.operator.joinChannel(workspaceId, secret.id, bob.user.id);
    expect(await found(bob, "hidden")).toEqual(["hidden"]);
    await bob.client.ok("POST", `/api/channels/${secret.id}/leave`);
    expect(await found(bob, "hidden")).toEqual([]);
  });

  it("conversations only when one is named", async () => {
    const body = { workspace_id: workspaceId, member_ids: [bob.user.id] };
    const { id } = (await ann.client.ok("POST", "/api/dms", { body })).conversation;
    const { message } = await ann.client.ok("POST", `/api/dms/${id}/messages`, {
      body: { body: "whispered" },
    });
    expect((await search(bob, "whispered")).results).toEqual([]);
    const { results } = await search(bob, "whispered", { direct_conversation_id: id });
    expect(results).toMatchObject([{ message_id: message.id, direct_conversation_id: id }]);
    expect(results[0]).not.toHaveProperty("channel_id");
    expect((await search(bob, "apple", { direct_conversation_id: id })).results).toEqual([]);
  });

  it("flat fields, and the message with its rank", async () => {
    const message = said["phrase"]!;
    const { results } = await search(bob, '"red apple"');
    expect(results).toEqual([
      {
        message_id: message.id,
        workspace_id: workspaceId,
        channel_id: trees.id,
        author_id: ann.user.id,
        thread_root_id: message.id,
        channel_seq: message.channel_seq,
        created_at: message.created_at,
        reply_count: 0,
        snippet: "the red apple tree",
        highlights: [
          { start: 4, end: 7 },
          { start: 8, end: 13 },
        ],
        rank: expect.any(Number),
        message,
      },
    ]);
    expect(results[0]!.rank).toBeGreaterThan(0);
  });

  it("highlights in code points", async () => {
    const { message } = await ann.client.post(trees.id, "👩‍👩‍👧 🍎🍎 quince \u{e000}marked\u{e001} 𝒳 quince");
    const { results } = await search(ann, "quince");
    const { snippet, highlights } = results.find(({ message_id: id }) => id === message.id)!;
    const points = Array.from(snippet);
    expect(highlights.map(({ start, end }) => points.slice(start, end).join(""))).toEqual([
      "quince",
      "quince",
    ]);
  });

  it("the best first, or the newest", async () => {
    expect(namesOf((await search(ann, "apple", { channel_id: fruit.id })).results)[0]).toBe("often");
    const { results } = await search(ann, "apple", { sort: "newest" });
    const times = results.map(({ created_at }) => created_at);
    expect(times).toEqual(times.toSorted().toReversed());
    expect(namesOf(results)[0]).toBe("hidden");
  });

  it("messages as they are now: edits count, the deleted are gone", async () => {
    const { message } = await ann.client.post(fruit.id, "mango");
    const ids = async (q: string) => (await search(bob, q)).results.map((one) => one.message_id);
    expect(await ids("mango")).toEqual([message.id]);
    await ann.client.ok("PATCH", `/api/messages/${message.id}`, { body: { body: "papaya" } });
    expect([await ids("mango"), await ids("papaya")]).toEqual([[], [message.id]]);
    await ann.client.ok("DELETE", `/api/messages/${message.id}`);
    expect(await ids("papaya")).toEqual([]);
  });
});

describe("pages", () => {
  it.each(["relevance", "newest"])("by %s repeat nothing while messages arrive", async (sort) => {
    const word = `lychee${sort}`;
    const ids: Array<string> = [];
    const post = async (i: number) =>
      (await ann.client.post(fruit.id, `${`${word} `.repeat(1 + (i % 3))} ${i}`)).message.id;
    for (let i = 0; i < 12; i++) ids.push(await post(i));
    const seen: Array<string> = [];
    let cursor: string | null = null;
    let round = 0;
    do {
      const page: Awaited<ReturnType<typeof search>> = await search(bob, word, {
        sort,
        limit: "5",
        ...(cursor !== null && { cursor }),
      });
      seen.push(...page.results.map((one) => one.message_id));
      cursor = page.next_cursor;
      await post(round);
    } while (cursor !== null && ++round < 10);
    expect(new Set(seen).size).toBe(seen.length);
    expect(ids.filter((id) => !seen.includes(id))).toEqual([]);
  });

  it("are empty for an empty query", async () => {
    for (const q of ["", "   "]) expect(await search(bob, q)).toEqual({ results: [], next_cursor: null });
  });

  it("go on only from where a page ended", async () => {
    const of = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const id = said["plain"]!.id;
    const cursors = [
      "x",
      of([0, "1", id]),
      of([0, "0000-01-01T00:00:00.000Z", id]),
      of([0, new Date(), "\0"]),
    ];
    for (const cursor of cursors) {
      const query = new URLSearchParams({ workspace_id: workspaceId, q: "apple", cursor });
      const { status, body } = await bob.client.request("GET", `/api/search?${query}`);
      expect([cursor, status, body.code]).toEqual([cursor, 400, "invalid_request"]);
    }
  });
});

describe("hostile queries fail nothing", () => {
  it.each([
    ['"'],
    ['"apple'],
    ["'"],
    ["''' ; drop table chat.messages --"],
    ["& | ! ( ) <-> :* \\"],
    ["apple & !tree | (x <-> y):*ab"],
    ['- -- --- -"" or or OR and'],
    ["%_%*?[]{}"],
    ["x".repeat(500)],
    ["🍎".repeat(200)],
    ['"a" -'.repeat(80)],
    ["from: in: has: before: after:"],
    ["before:2026-02-31 apple"],
    ["before:0000-01-01 apple"],
    ["after:9999-12-31 apple"],
    ["from:' in:*.> has:x"],
    ["\u{e000}\u{e001}"],
    ["\u202e\u0001\u007f"],
  ])("%j", async (q) => {
    for (const sort of ["relevance", "newest"]) {
      const query = new URLSearchParams({ workspace_id: workspaceId, q, sort });
      const { status } = await bob.client.request("GET", `/api/search?${query}`);
      expect(status).toBe(200);
    }
  });

  it("what is no text, too long or no number is 400", async () => {
    for (const rest of [`q=${"x".repeat(501)}`, "q=x&limit=a", "q=x&sort=best", "q=a%00b"]) {
      const { status } = await bob.client.request("GET", `/api/search?workspace_id=${workspaceId}&${rest}`);
      expect([rest, status]).toEqual([rest, 400]);
    }
  });
});
