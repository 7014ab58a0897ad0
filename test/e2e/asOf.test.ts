import type { MessagePage, User } from "@clickclack/protocol/http/shapes";
import { encodeCursor } from "@clickclack/protocol/Cursor";
import { newId } from "@clickclack/protocol/Ids";
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";

const clickclack = oneServer();

type Person = { readonly user: User; readonly client: ApiClient };
let ann: Person;
let bob: Person;
let workspaceId = "";

beforeAll(async () => {
  const { client, operator } = clickclack;
  [ann, bob] = [await client.signUp("Ann"), await client.signUp("Bob")];
  workspaceId = (await ann.client.createWorkspace("Then")).id;
  await operator.addMember(workspaceId, bob.user.id);
});

const channelOf = async (kind: "public" | "private" = "public"): Promise<string> =>
  (await ann.client.createChannel(workspaceId, "then", kind)).id;
const now = async (): Promise<string> => {
  const path = `/api/realtime/events?workspace_id=${workspaceId}&limit=1&include_tail=true`;
  return (await ann.client.ok("GET", path)).tail_cursor;
};
const asOf = (moment: string, rest: Readonly<Record<string, string>> = {}) =>
  `?${new URLSearchParams({ as_of: moment, ...rest })}`;
const bodies = ({ messages }: MessagePage) => messages.map(({ body }) => body);

describe("a timeline as of a cursor", () => {
  it("has the texts, reactions and threads of then", async () => {
    const channelId = await channelOf();
    const { message: first } = await ann.client.post(channelId, "one");
    const { message: second } = await bob.client.post(channelId, "two");
    const path = `/api/messages/${first.id}`;
    await ann.client.ok("PATCH", path, { body: { body: "uno" } });
    await bob.client.ok("POST", `${path}/reactions`, { body: { emoji: "👍" } });
    await bob.client.ok("POST", `${path}/reactions`, { body: { emoji: "🎉" } });
    const { message: reply } = await bob.client.ok("POST", `${path}/thread/replies`, {
      body: { body: "re" },
    });
    const moment = await now();
    const [page, thread] = [await ann.client.list(channelId), await ann.client.ok("GET", `${path}/thread`)];
    expect(page.messages[0]).toMatchObject({ body: "uno", thread_state: { reply_count: 1 } });

    await ann.client.ok("PATCH", path, { body: { body: "eins" } });
    await bob.client.ok("PATCH", `/api/messages/${reply.id}`, { body: { body: "re!" } });
    await bob.client.ok("DELETE", `${path}/reactions/${encodeURIComponent("👍")}`);
    await ann.client.ok("POST", `${path}/reactions`, { body: { emoji: "🎉" } });
    await ann.client.ok("POST", `${path}/thread/replies`, { body: { body: "more" } });
    await ann.client.ok("POST", `/api/messages/${second.id}/thread/replies`, { body: { body: "first" } });
    await ann.client.post(channelId, "three");

    expect(await ann.client.list(channelId, asOf(moment))).toEqual(page);
    expect(await ann.client.ok("GET", `${path}/thread${asOf(moment)}`)).toEqual(thread);
    expect(await ann.client.ok("GET", `/api/messages/${reply.id}/thread${asOf(moment)}`)).toEqual(thread);
    const present = await ann.client.list(channelId);
    expect(present).not.toEqual(page);
    for (const then of [await now(), "2999-01-01T00:00:00Z"])
      expect(await ann.client.list(channelId, asOf(then))).toEqual(present);
  });

  it("shows what has been deleted since as deleted, and counts a reply that was there", async () => {
    const channelId = await channelOf();
    const { message: root } = await ann.client.post(channelId, "stays");
    const { message: doomed } = await ann.client.post(channelId, "secret");
    await ann.client.ok("PATCH", `/api/messages/${doomed.id}`, { body: { body: "more secret" } });
    await bob.client.ok("POST", `/api/messages/${doomed.id}/reactions`, { body: { emoji: "🤫" } });
    const replies = `/api/messages/${root.id}/thread/replies`;
    const { message: reply } = await ann.client.ok("POST", replies, { body: { body: "secret" } });
    const moment = await now();
    for (const { id } of [doomed, reply]) await ann.client.ok("DELETE", `/api/messages/${id}`);

    const { messages } = await bob.client.list(channelId, asOf(moment));
    expect(messages).toMatchObject([
      { body: "stays", thread_state: { reply_count: 1 } },
      { id: doomed.id, body: "", deleted_at: expect.any(String), reactions: [] },
    ]);
    const thread = await bob.client.ok("GET", `/api/messages/${root.id}/thread${asOf(moment)}`);
    expect(thread).toMatchObject({
      root: { body: "stays" },
      thread_state: { reply_count: 1 },
      replies: [{ body: "", deleted_at: expect.any(String) }],
    });
    expect(JSON.stringify([messages, thread])).not.toContain("secret");
    expect((await bob.client.list(channelId)).messages[0]!.thread_state!.reply_count).toBe(0);
  });

  it("is empty before its first message, and a thread that had not begun is 404", async () => {
    const channelId = await channelOf();
    const moment = await now();
    const { message } = await ann.client.post(channelId, "one");
    const empty = { messages: [], oldest_seq: 0, newest_seq: 0, has_older: false, has_newer: false };
    for (const window of [{}, { after_seq: "0" }, { before_seq: "9" }, { around_seq: "1" }])
      expect(await ann.client.list(channelId, asOf(moment, window))).toEqual(empty);
    const thread = `/api/messages/${message.id}/thread`;
    const { status, body } = await ann.client.request("GET", `${thread}${asOf(moment)}`);
    expect([status, body.code]).toEqual([404, "not_found"]);
    expect((await ann.client.ok("GET", thread + asOf(await now()))).root.id).toBe(message.id);
  });

  it("is that of a direct conversation too", async () => {
    const open = { workspace_id: workspaceId, member_ids: [bob.user.id] };
    const { id } = (await ann.client.ok("POST", "/api/dms", { body: open })).conversation;
    const path = `/api/dms/${id}/messages`;
    const { message } = await ann.client.ok("POST", path, { body: { body: "one" } });
    const moment = await now();
    const page = await bob.client.ok("GET", path);
    await ann.client.ok("PATCH", `/api/messages/${message.id}`, { body: { body: "other" } });
    await bob.client.ok("POST", path, { body: { body: "two" } });
    expect(await bob.client.ok("GET", path + asOf(moment))).toEqual(page);
    expect((await clickclack.client.request("GET", path + asOf(moment))).status).toBe(404);
  });
});

describe("every window looks at the timeline as it stood", () => {
  let channelId = "";
  let moment = "";
  const topics: Record<string, string> = {};
  beforeAll(async () => {
    channelId = await channelOf();
    for (const name of ["a", "b"]) {
      const body = { name: `${name}-${channelId}`, channel_id: channelId };
      topics[name] = (
        await ann.client.ok("POST", `/api/workspaces/${workspaceId}/topics`, { body })
      ).topic.id;
    }
    for (let n = 1; n <= 9; n++)
      await ann.client.post(channelId, `message ${n}`, { topic_id: topics[n % 3 === 0 ? "a" : "b"] });
    moment = await now();
    for (let n = 10; n <= 14; n++)
      await ann.client.post(channelId, `message ${n}`, { topic_id: topics["a"] });
  });

  it.each([
    [{}, [1, 9, false, false]],
    [{ limit: "4" }, [6, 9, true, false]],
    [{ mode: "latest", limit: "4" }, [6, 9, true, false]],
    [{ after_seq: "0", limit: "3" }, [1, 3, false, true]],
    [{ after_seq: "6" }, [7, 9, true, false]],
    [{ after_seq: "9" }, [0, 0, true, false]],
    [{ before_seq: "4", limit: "2" }, [2, 3, true, true]],
    [{ before_seq: "100", limit: "2" }, [8, 9, true, false]],
    [{ around_seq: "5", limit: "4" }, [3, 6, true, true]],
    [{ around_seq: "9", limit: "4" }, [7, 9, true, false]],
    [{ topic_id: "a" }, [3, 9, false, false]],
    [{ topic_id: "a", after_seq: "3", limit: "1" }, [6, 6, true, true]],
  ] as const)("%j", async (window, expected) => {
    const topic = "topic_id" in window ? { topic_id: topics[window.topic_id]! } : {};
    const page = await ann.client.list(channelId, asOf(moment, { ...window, ...topic }));
    expect([page.oldest_seq, page.newest_seq, page.has_older, page.has_newer]).toEqual(expected);
  });

  it("and two of them at once are refused", async () => {
    const query = asOf(moment, { after_seq: "1", before_seq: "3" });
    const { status } = await ann.client.request("GET", `/api/channels/${channelId}/messages${query}`);
    expect(status).toBe(400);
  });
});

describe("a timeline as of a time", () => {
  it("has what was said up to then, as it was said", async () => {
    const channelId = await channelOf();
    const { message: one } = await ann.client.post(channelId, "one");
    // Times are told in milliseconds: what comes within the same one cannot be told apart by time.
    const pass = async () => {
      const before = Date.now();
      while (Date.now() <= before + 1) await ann.client.me();
    };
    await pass();
    const { message: two } = await ann.client.post(channelId, "two");
    await pass();
    const path = `/api/messages/${one.id}`;
    const edited = (await ann.client.ok("PATCH", path, { body: { body: "uno" } })).message.edited_at;
    await pass();
    await ann.client.ok("PATCH", path, { body: { body: "eins" } });
    const at = (time: string) => ann.client.list(channelId, asOf(time)).then(bodies);
    const before = (time: string) => new Date(Date.parse(time) - 1).toISOString();
    expect(await at(before(one.created_at))).toEqual([]);
    expect(await at(one.created_at)).toEqual(["one"]);
    expect(await at(before(two.created_at))).toEqual(["one"]);
    expect(await at(two.created_at)).toEqual(["one", "two"]);
    expect(await at(before(edited))).toEqual(["one", "two"]);
    expect(await at(edited)).toEqual(["uno", "two"]);
    expect(await at(edited.replace("Z", "999+00:00"))).toEqual(["uno", "two"]);
    expect(await at("2999-12-31T23:59:59Z")).toEqual(["eins", "two"]);
    expect(await at("0001-01-01T00:00:00Z")).toEqual([]);
  });
});

describe("who may see it is decided as of now", () => {
  it("whoever lost access sees nothing, whoever came later sees what members see", async () => {
    const channelId = await channelOf("private");
    await clickclack.operator.joinChannel(workspaceId, channelId, bob.user.id);
    const { message } = await ann.client.post(channelId, "private");
    const query = asOf(await now());
    const path = `/api/channels/${channelId}/messages${query}`;
    const thread = `/api/messages/${message.id}/thread${query}`;
    const page = await bob.client.ok("GET", path);
    await bob.client.ok("POST", `/api/channels/${channelId}/leave`);
    const late = await clickclack.client.signUp("Late");
    await clickclack.operator.addMember(workspaceId, late.user.id);
    for (const one of [path, thread]) {
      for (const { client } of [bob, late]) expect((await client.request("GET", one)).status).toBe(404);
    }
    await clickclack.operator.joinChannel(workspaceId, channelId, late.user.id);
    expect(await late.client.ok("GET", path)).toEqual(page);
    expect((await late.client.ok("GET", thread)).root.body).toBe("private");
  });
});

describe("as_of is refused", () => {
  const ask = async (moment: string) => {
    const { status, body } = await ann.client.request(
      "GET",
      `/api/channels/${await channelOf()}/messages${asOf(moment)}`,
    );
    return [status, body.code, body.reason];
  };
  const epochOf = (cursor: string) => cursor.slice(4, 11);

  it.each(["yesterday", "2026-11-20", "2026-02-30T00:00:00Z", "1763632800", "CUR_x", "x".repeat(65)])(
    "with 400 when it is %j",
    async (moment) => {
      expect(await ask(moment)).toEqual([400, "invalid_request", undefined]);
    },
  );

  it("with 409 when it is a cursor of something else, ahead of the log or none at all", async () => {
    const tail = await now();
    const other = (await ann.client.createWorkspace("Other")).id;
    const { event } = await ann.client.post((await ann.client.createChannel(other)).id, "elsewhere");
    expect(await ask(event.cursor)).toEqual([409, "resync_required", "other_workspace"]);
    expect(await ask("cur_x")).toEqual([409, "resync_required", "malformed"]);
    expect(await ask("cur_")).toEqual([409, "resync_required", "malformed"]);
    expect(await ask(tail.replace(epochOf(tail), "0000001"))).toEqual([
      409,
      "resync_required",
      "other_epoch",
    ]);
    const made = (version: number, seq: number) => {
      const text = encodeCursor({ epoch: 1, version, seq, workspace: workspaceId });
      return text.replace("0000001", epochOf(tail));
    };
    expect(await ask(made(1e9, 1e9))).toEqual([409, "resync_required", "ahead_of_tail"]);
    expect(await ask(made(0, 7))).toEqual([409, "resync_required", "unknown"]);
    expect((await ask(made(0, 0)))[0]).toBe(200);
    const path = `/api/messages/${newId("msg")}/thread${asOf("cur_x")}`;
    expect((await ann.client.request("GET", path)).status).toBe(404);
  });
});
