import type { FollowedThread } from "@clickclack/protocol/http/ThreadsGroup";
import type { Channel, Message } from "@clickclack/protocol/http/shapes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { expectProjectionsMatchLog } from "../support/projections.ts";
import { type Person, personalFrames, TwoGateways } from "../support/TwoGateways.ts";
import { until } from "../support/until.ts";

let two: TwoGateways;
let ann: Person;
let bob: Person;
let cleo: Person;
let room: Channel;

beforeAll(async () => {
  two = await TwoGateways.start("Ann");
  ann = two.owner;
  bob = await two.join("Bob");
  cleo = await two.join("Cleo");
  room = await ann.client.createChannel(two.workspaceId);
});
afterAll(() => two?.stop());

const say = async (by: Person, body = "hm", channelId = room.id): Promise<Message> =>
  (await by.client.post(channelId, body)).message;
const reply = async (by: Person, root: Message, body = "hm"): Promise<Message> =>
  (await by.client.ok("POST", `/api/messages/${root.id}/thread/replies`, { body: { body } })).message;
const remove = (by: Person, { id }: Message) => by.client.ok("DELETE", `/api/messages/${id}`);
const at = (root: Message, rest: string) => `/api/messages/${root.id}/thread${rest}`;
const thread = (client: ApiClient, root: Message, query = "") => client.ok("GET", at(root, query));
const read = (client: ApiClient, root: Message, seq: number) =>
  client.ok("POST", at(root, "/read"), { body: { seq } });

interface Listed {
  readonly threads: ReadonlyArray<FollowedThread>;
  readonly total_unread_threads: number;
  readonly next_cursor: string | null;
}
const list = (client: ApiClient, query = ""): Promise<Listed> =>
  client.ok("GET", `/api/me/threads?workspace_id=${two.workspaceId}${query}`);
const listed = async (client: ApiClient, root: Message): Promise<FollowedThread | undefined> =>
  (await list(client, "&limit=100")).threads.find((one) => one.root.id === root.id);

/** Whether a thread is followed: the same in the list, at the thread, and at both gateways. */
const follows = async (person: Person, root: Message): Promise<boolean> => {
  const answers = new Set<boolean>();
  for (const client of [person.client, two.elsewhere(person)]) {
    answers.add((await listed(client, root)) !== undefined);
    answers.add((await thread(client, root)).following);
  }
  expect(answers.size).toBe(1);
  return answers.has(true);
};
/** Unread replies and mentions: the same in the list, at the thread, and at both gateways. */
const counts = async (person: Person, root: Message): Promise<ReadonlyArray<number>> => {
  const answers: Array<ReadonlyArray<number>> = [];
  for (const client of [person.client, two.elsewhere(person)]) {
    for (const one of [(await listed(client, root))!, await thread(client, root)])
      answers.push([one.unread_count, one.mention_count, one.last_read_seq]);
  }
  expect(answers.every((one) => String(one) === String(answers[0]))).toBe(true);
  return answers[0]!;
};

describe("a thread is followed", () => {
  it("by who replied to it, and by who began it once somebody replied", async () => {
    const root = await say(ann);
    for (const person of [ann, bob, cleo]) expect(await follows(person, root)).toBe(false);
    await reply(bob, root);
    expect([await follows(ann, root), await follows(bob, root), await follows(cleo, root)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("by who is named in its root, a reply or an edit, and not by those that are called together", async () => {
    const named = await say(ann, `for @${bob.user.handle}`);
    await reply(cleo, named);
    expect(await follows(bob, named)).toBe(true);
    const plain = await say(ann);
    const answer = await reply(ann, plain, "@channel @here @everyone");
    expect(await follows(bob, plain)).toBe(false);
    await ann.client.ok("PATCH", `/api/messages/${answer.id}`, { body: { body: `@${bob.user.handle}` } });
    expect([await follows(bob, plain), await follows(cleo, plain)]).toEqual([true, false]);
    const other = await say(ann);
    await reply(ann, other, `@${cleo.user.handle}`);
    expect([await follows(bob, other), await follows(cleo, other)]).toEqual([false, true]);
  });

  it("or not as one chose, until one replies again", async () => {
    const root = await say(ann);
    const path = at(root, "/follow");
    const followed = { root_message_id: root.id, following: true };
    expect(await bob.client.ok("PUT", path)).toEqual(followed);
    expect(await bob.client.ok("PUT", path)).toEqual(followed);
    expect(await follows(bob, root)).toBe(true);
    const first = await reply(ann, root);
    const stopped = { root_message_id: root.id, following: false };
    expect(await ann.client.ok("DELETE", `/api/messages/${first.id}/thread/follow`)).toEqual(stopped);
    await reply(cleo, root, `@${ann.user.handle}`);
    expect(await follows(ann, root)).toBe(false);
    await reply(ann, root);
    expect(await follows(ann, root)).toBe(true);
    expect(await ann.client.ok("DELETE", path)).toEqual(stopped);
    expect(await ann.client.ok("DELETE", path)).toEqual(stopped);
    expect(await follows(ann, root)).toBe(false);
    expect(await two.elsewhere(ann).ok("PUT", path)).toEqual(followed);
    expect(await follows(ann, root)).toBe(true);
  });

  it("by choice, which is told to one's own devices and to nobody else", async () => {
    const [mine, others] = [await two.devices(bob), await two.devices(ann)];
    const root = await say(ann);
    const dm = await two.conversation(ann, bob);
    const path = `/api/dms/${dm}/messages`;
    const direct = (await ann.client.ok("POST", path, { body: { body: "hi" } })).message;
    await bob.client.ok("PUT", at(root, "/follow"));
    await bob.client.ok("PUT", at(root, "/follow"));
    await two.elsewhere(bob).ok("DELETE", at(direct, "/follow"));
    const type = "thread.follow_updated";
    for (const socket of mine) {
      const told = await until(
        () => personalFrames(socket, type).length >= 2 && personalFrames(socket, type),
        { what: "both choices" },
      );
      const [user_id, workspace_id] = [bob.user.id, two.workspaceId];
      const channel = { channel_id: room.id };
      expect(told).toEqual([
        {
          id: expect.any(String),
          cursor: "",
          type,
          workspace_id,
          created_at: expect.any(String),
          ...channel,
          payload: { user_id, root_message_id: root.id, ...channel, following: true },
        },
        {
          id: expect.any(String),
          cursor: "",
          type,
          workspace_id,
          created_at: expect.any(String),
          payload: { user_id, root_message_id: direct.id, direct_conversation_id: dm, following: false },
        },
      ]);
    }
    // Ann's own comes after bob's in the same stream.
    await ann.client.ok("DELETE", at(root, "/follow"));
    for (const socket of others) {
      await until(() => personalFrames(socket, type).length > 0, { what: "ann's own choice" });
      expect(personalFrames(socket, type).map(({ payload }) => payload["user_id"])).toEqual([ann.user.id]);
    }
  });
});

describe("a thread is read", () => {
  it("forward only, and no further than what was said", async () => {
    const root = await say(ann);
    for (let i = 0; i < 3; i++) await reply(bob, root);
    expect(await counts(ann, root)).toEqual([3, 0, 0]);
    const { receipt } = await read(ann.client, root, 2);
    expect(receipt).toEqual({
      scope_id: root.id,
      user_id: ann.user.id,
      last_read_seq: 2,
      last_read_at: expect.any(String),
    });
    expect((await read(ann.client, root, 1)).receipt).toEqual(receipt);
    expect(await counts(ann, root)).toEqual([1, 0, 2]);
    const last = await reply(bob, root);
    expect((await read(two.elsewhere(ann), last, 999)).receipt).toMatchObject({
      scope_id: root.id,
      last_read_seq: 4,
    });
    expect(await counts(ann, root)).toEqual([0, 0, 4]);
    for (const seq of [-1, 1.5, "1", null])
      expect((await ann.client.request("POST", at(root, "/read"), { body: { seq } })).status).toBe(400);
  });

  it("back by marking unread, from any reply on", async () => {
    const root = await say(ann);
    for (let i = 0; i < 3; i++) await reply(bob, root);
    await read(ann.client, root, 3);
    const unread = (seq: number) => ann.client.ok("POST", at(root, "/unread"), { body: { seq } });
    expect((await unread(2)).receipt).toMatchObject({ last_read_seq: 1 });
    expect((await unread(3)).receipt).toMatchObject({ last_read_seq: 1 });
    expect(await counts(ann, root)).toEqual([2, 0, 1]);
  });

  it("apart from its channel, whose unread messages are its roots", async () => {
    const channel = await ann.client.createChannel(two.workspaceId);
    const root = await say(bob, "root", channel.id);
    await reply(ann, root);
    await reply(bob, root);
    await ann.client.ok("POST", `/api/channels/${channel.id}/read`, { body: { seq: 1 } });
    expect(await counts(ann, root)).toEqual([1, 0, 0]);
    await read(ann.client, root, 2);
    await ann.client.ok("POST", `/api/channels/${channel.id}/unread`, { body: { seq: 1 } });
    expect(await counts(ann, root)).toEqual([0, 0, 2]);
  });

  it("so that others' replies count and mentions among them, over edits and deletions", async () => {
    const root = await say(ann);
    const said = [];
    for (const body of ["plain", `@${ann.user.handle}`, "@here", `@${ann.user.handle} @channel`])
      said.push(await reply(bob, root, body));
    await reply(ann, root, `me: @${ann.user.handle} @everyone`);
    expect(await counts(ann, root)).toEqual([4, 3, 0]);
    await bob.client.ok("PATCH", `/api/messages/${said[1]!.id}`, { body: { body: "never mind" } });
    expect(await counts(ann, root)).toEqual([4, 2, 0]);
    await remove(bob, said[3]!);
    expect(await counts(ann, root)).toEqual([3, 1, 0]);
    await read(ann.client, root, 2);
    expect(await counts(ann, root)).toEqual([1, 1, 2]);
    expect(await counts(bob, root)).toEqual([1, 1, 0]);
  });

  it("by fifty devices at once as far as the furthest, and each other device is told", async () => {
    const root = await say(ann);
    for (let i = 0; i < 20; i++) await reply(bob, root);
    const mine = await two.devices(ann);
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => read(i % 2 ? ann.client : two.elsewhere(ann), root, (i % 20) + 1)),
    );
    expect(await counts(ann, root)).toEqual([0, 0, 20]);
    for (const socket of mine) {
      const newest = () => personalFrames(socket, "thread.read").at(-1);
      const frame = await until(() => newest()?.payload["last_read_seq"] === 20 && newest(), {
        what: "the furthest",
      });
      const channel = { channel_id: room.id };
      expect(frame).toMatchObject({ cursor: "", ...channel });
      expect(frame.payload).toEqual({
        user_id: ann.user.id,
        root_message_id: root.id,
        ...channel,
        last_read_seq: 20,
      });
    }
  });
});

describe("the list of threads", () => {
  it("has the newest reply first, tells how much is unread, and can be of unread ones alone", async () => {
    const dora = await two.join("Dora");
    const [one, other] = [await say(dora, "one"), await say(dora, "other")];
    await reply(ann, other);
    await reply(ann, one, `@${dora.user.handle}`);
    const { threads, total_unread_threads, next_cursor } = await list(dora.client);
    expect([total_unread_threads, next_cursor]).toEqual([2, null]);
    expect(threads).toEqual([
      {
        root: (await dora.client.ok("GET", `/api/messages/${one.id}`)).message,
        channel_id: room.id,
        following: true,
        last_read_seq: 0,
        unread_count: 1,
        mention_count: 1,
      },
      expect.objectContaining({ root: expect.objectContaining({ id: other.id }), mention_count: 0 }),
    ]);
    expect(threads[0]!.root.thread_state).toMatchObject({ reply_count: 1 });
    await read(dora.client, one, 1);
    const unread = await list(two.elsewhere(dora), "&unread=true");
    expect(unread.threads.map(({ root }) => root.id)).toEqual([other.id]);
    expect(unread.total_unread_threads).toBe(1);
    expect((await list(dora.client)).threads).toHaveLength(2);
    await reply(ann, other);
    expect((await list(dora.client)).threads.map(({ root }) => root.id)).toEqual([other.id, one.id]);
  });

  it("is paged without repeats while replies arrive", async () => {
    const dora = await two.join("Dora");
    const roots: Array<Message> = [];
    for (let i = 0; i < 7; i++) roots.unshift(await say(dora));
    for (const root of roots.toReversed()) await reply(ann, root);
    const found: Array<string> = [];
    let next: string | null = null;
    do {
      const page: Listed = await list(dora.client, `&limit=2${next === null ? "" : `&cursor=${next}`}`);
      found.push(...page.threads.map(({ root }) => root.id));
      next = page.next_cursor;
      await reply(ann, roots[0]!);
      await reply(ann, await say(dora));
    } while (next !== null);
    expect(found).toEqual(roots.map(({ id }) => id));
    for (const cursor of ["x", Buffer.from("1 msg_x").toString("base64url")]) {
      const path = `/api/me/threads?workspace_id=${two.workspaceId}&cursor=${cursor}`;
      expect((await dora.client.request("GET", path)).status).toBe(400);
    }
  });

  it("leaves out threads without replies, unless one chose to follow", async () => {
    const dora = await two.join("Dora");
    const [gone, chosen] = [await say(dora), await say(dora)];
    await remove(ann, await reply(ann, gone));
    await dora.client.ok("PUT", at(chosen, "/follow"));
    expect((await list(dora.client)).threads.map(({ root }) => root.id)).toEqual([chosen.id]);
    await remove(dora, chosen);
    expect((await list(dora.client)).threads).toEqual([]);
  });
});

describe("who cannot see a thread", () => {
  const operations = (root: Message): ReadonlyArray<readonly [string, string, object?]> => [
    ["GET", at(root, "")],
    ["PUT", at(root, "/follow")],
    ["DELETE", at(root, "/follow")],
    ["POST", at(root, "/read"), { seq: 1 }],
    ["POST", at(root, "/unread"), { seq: 1 }],
  ];
  const statuses = async ({ client }: Person, root: Message) => {
    const found = [];
    for (const [method, path, body] of operations(root))
      found.push((await client.request(method, path, { ...(body && { body }) })).status);
    return found;
  };

  it("is told that there is none, and finds it as it was once it may again", async () => {
    const secret = await ann.client.createChannel(two.workspaceId, "secret", "private");
    const members = `/api/channels/${secret.id}/members`;
    await ann.client.ok("POST", members, { body: { user_id: bob.user.id } });
    const root = await say(bob, "root", secret.id);
    await reply(ann, root);
    await reply(ann, root);
    await read(bob.client, root, 1);
    expect(await counts(bob, root)).toEqual([1, 0, 1]);
    const before = (await list(bob.client)).total_unread_threads;
    await ann.client.ok("DELETE", `${members}/${bob.user.id}`);
    expect(await statuses(bob, root)).toEqual([404, 404, 404, 404, 404]);
    expect(await listed(two.elsewhere(bob), root)).toBeUndefined();
    expect((await list(bob.client)).total_unread_threads).toBe(before - 1);
    await ann.client.ok("POST", members, { body: { user_id: bob.user.id } });
    expect(await counts(bob, root)).toEqual([1, 0, 1]);
    expect(await statuses(cleo, root)).toEqual([404, 404, 404, 404, 404]);
  });

  it("as a stranger gets 404, as a blocked member 403", async () => {
    const dora = await two.join("Dora");
    const stranger = await two.stranger("Eve");
    const root = await say(ann);
    const path = `/api/me/threads?workspace_id=${two.workspaceId}`;
    expect(await statuses(stranger, root)).toEqual([404, 404, 404, 404, 404]);
    expect((await stranger.client.request("GET", path)).status).toBe(404);
    await two.operator.blockMember(two.workspaceId, dora.user.id);
    expect(await statuses(dora, root)).toEqual([403, 403, 403, 403, 403]);
    expect((await dora.client.request("GET", path)).status).toBe(403);
    for (const id of ["msg_x", "nothing", "msg_*"])
      expect((await ann.client.request("PUT", `/api/messages/${id}/thread/follow`)).status).toBe(404);
  });
});

it("a thread is paged in both directions, and tells how its reader stands", async () => {
  const root = await say(ann);
  for (let i = 0; i < 7; i++) await reply(bob, root);
  await read(ann.client, root, 3);
  const page = await thread(ann.client, root, "?around_seq=4&limit=3");
  expect(page).toMatchObject({ following: true, last_read_seq: 3, unread_count: 4, mention_count: 0 });
  const seqs = async (query: string) => {
    const { replies, has_older, has_newer } = await thread(ann.client, root, query);
    return [replies.map((one: Message) => one.thread_seq), has_older, has_newer];
  };
  expect(await seqs(`?before_seq=${page.oldest_seq}&limit=2`)).toEqual([[1, 2], false, true]);
  expect(await seqs(`?after_seq=${page.newest_seq}&limit=2`)).toEqual([[6, 7], true, false]);
});

it("conversations count mentions, and can be marked unread", async () => {
  const dora = await two.join("Dora");
  const dm = await two.conversation(ann, dora);
  for (const body of ["one", `@${dora.user.handle}`, "three"])
    await ann.client.ok("POST", `/api/dms/${dm}/messages`, { body: { body } });
  const seen = async () => {
    const { unread_count, mention_count } = (await two.elsewhere(dora).ok("GET", `/api/dms/${dm}`))
      .conversation;
    return [unread_count, mention_count];
  };
  expect(await seen()).toEqual([3, 1]);
  await dora.client.ok("POST", `/api/dms/${dm}/read`, { body: { seq: 3 } });
  expect(await seen()).toEqual([0, 0]);
  const { receipt } = await dora.client.ok("POST", `/api/dms/${dm}/unread`, { body: { seq: 2 } });
  expect(receipt).toMatchObject({ scope_id: dm, last_read_seq: 1 });
  expect(await seen()).toEqual([2, 1]);
});

it("what was projected of all this is what the log says", async () => {
  await expectProjectionsMatchLog(two.cluster);
});
