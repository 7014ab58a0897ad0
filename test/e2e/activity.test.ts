import type { Activity } from "@clickclack/protocol/http/ActivityGroup";
import type { Channel, Message } from "@clickclack/protocol/http/shapes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { expectProjectionsMatchLog } from "../support/projections.ts";
import { type Person, personalFrames, TwoGateways } from "../support/TwoGateways.ts";
import { until } from "../support/until.ts";

let two: TwoGateways;
let ann: Person;
let bob: Person;
let room: Channel;

beforeAll(async () => {
  two = await TwoGateways.start("Ann");
  ann = two.owner;
  bob = await two.join("Bob");
  room = await ann.client.createChannel(two.workspaceId);
});
afterAll(() => two?.stop());

const say = async (by: Person, body = "hm", channelId = room.id): Promise<Message> =>
  (await by.client.post(channelId, body)).message;
const reply = async (by: Person, root: Message, body = "hm"): Promise<Message> =>
  (await by.client.ok("POST", `/api/messages/${root.id}/thread/replies`, { body: { body } })).message;
const react = (by: Person, { id }: Message, emoji = "👍") =>
  by.client.ok("POST", `/api/messages/${id}/reactions`, { body: { emoji } });
const edit = (by: Person, { id }: Message, body: string) =>
  by.client.ok("PATCH", `/api/messages/${id}`, { body: { body } });
const remove = (by: Person, { id }: Message) => by.client.ok("DELETE", `/api/messages/${id}`);

/** A channel that nobody else is called in. */
const closed = async (...people: ReadonlyArray<Person>): Promise<Channel> => {
  const channel = await ann.client.createChannel(two.workspaceId, "closed", "private");
  for (const { user } of people) await two.operator.joinChannel(two.workspaceId, channel.id, user.id);
  return channel;
};

interface Inbox {
  readonly activity: ReadonlyArray<Activity>;
  readonly unread_count: number;
  readonly next_cursor: string | null;
}
const inbox = (client: ApiClient, query = ""): Promise<Inbox> =>
  client.ok("GET", `/api/me/activity?workspace_id=${two.workspaceId}${query}`);
const markRead = async (client: ApiClient, up_to: string): Promise<string> => {
  const body = { workspace_id: two.workspaceId, up_to };
  return (await client.ok("POST", "/api/me/activity/read", { body })).read_up_to;
};
/** What an inbox has, newest first, each as `type message`; an unread one with a star. The same at both gateways. */
const summary = async (person: Person, query = ""): Promise<ReadonlyArray<string>> => {
  const [here, there] = [await inbox(person.client, query), await inbox(two.elsewhere(person), query)];
  expect(there).toEqual(here);
  const unread = here.activity.filter((one) => one.unread).length;
  if (here.next_cursor === null) expect(here.unread_count).toBe(unread);
  return here.activity.map(({ type, message, unread: fresh }) => `${fresh ? "*" : ""}${type} ${message.id}`);
};

describe("the activity inbox", () => {
  it("has mentions, replies in followed threads and reactions to what one said, newest first", async () => {
    const dora = await two.join("Dora");
    const mine = await say(dora);
    const call = await say(ann, `@${dora.user.handle}`);
    const answer = await reply(bob, mine);
    await react(ann, mine, "🎉");
    const { activity, unread_count, next_cursor } = await inbox(dora.client);
    const message = async ({ id }: Message) => (await dora.client.ok("GET", `/api/messages/${id}`)).message;
    const id = expect.stringMatching(/^act_/);
    const at = expect.any(String);
    expect(activity).toEqual([
      {
        id,
        type: "reaction",
        at,
        actor_id: ann.user.id,
        actor: ann.user,
        message: await message(mine),
        emoji: "🎉",
        unread: true,
      },
      {
        id,
        type: "thread_reply",
        at: answer.created_at,
        actor_id: bob.user.id,
        actor: bob.user,
        message: await message(answer),
        unread: true,
      },
      {
        id,
        type: "mention",
        at: call.created_at,
        actor_id: ann.user.id,
        actor: ann.user,
        message: await message(call),
        unread: true,
      },
    ]);
    expect([unread_count, next_cursor]).toEqual([3, null]);
  });

  it("has a reply that also calls once, as a mention, and nothing that one did oneself", async () => {
    const dora = await two.join("Dora");
    const { id } = await closed(bob, dora);
    const mine = await say(dora, `me: @${dora.user.handle} @channel`, id);
    await react(dora, mine);
    await reply(dora, mine, "@everyone");
    const [named, called] = [
      await reply(bob, mine, `@${dora.user.handle} @channel`),
      await reply(bob, mine, "@here"),
    ];
    const call = await say(bob, "@everyone", id);
    const expected = [call, called, named].map((message) => `*mention ${message.id}`);
    expect(await summary(dora)).toEqual(expected);
    expect(await summary(dora, "&types=thread_reply,reaction")).toEqual([]);
  });

  it("has what was said in a thread since one follows it", async () => {
    const dora = await two.join("Dora");
    const [joined, chosen] = [await say(ann), await say(ann)];
    await reply(bob, joined);
    await reply(dora, joined);
    const later = await reply(bob, joined);
    await reply(bob, chosen);
    await dora.client.ok("PUT", `/api/messages/${chosen.id}/thread/follow`);
    const news = await reply(bob, chosen);
    expect(await summary(dora)).toEqual([`*thread_reply ${news.id}`, `*thread_reply ${later.id}`]);
    await dora.client.ok("DELETE", `/api/messages/${chosen.id}/thread/follow`);
    expect(await summary(dora)).toEqual([`*thread_reply ${later.id}`]);
  });

  it("can be of some types alone, and refuses others", async () => {
    const dora = await two.join("Dora");
    const mine = await say(dora);
    const answer = await reply(bob, mine);
    await react(bob, mine);
    const call = await say(bob, `@${dora.user.handle}`);
    expect(await summary(dora, "&types=reaction")).toEqual([`*reaction ${mine.id}`]);
    expect(await summary(dora, "&types=thread_reply,mention")).toEqual([
      `*mention ${call.id}`,
      `*thread_reply ${answer.id}`,
    ]);
    for (const query of ["types=mention,", "types=likes", "unread=maybe", "limit=x"]) {
      const path = `/api/me/activity?workspace_id=${two.workspaceId}&${query}`;
      expect([query, (await dora.client.request("GET", path)).status]).toEqual([query, 400]);
    }
  });

  it("loses what was deleted, edited away or taken back", async () => {
    const dora = await two.join("Dora");
    const { id } = await closed(bob, dora);
    const mine = await say(dora, "root", id);
    const answer = await reply(bob, mine, `@${dora.user.handle}`);
    const call = await say(bob, "@channel", id);
    await react(bob, mine, "👍");
    await react(bob, mine, "🎉");
    expect(await summary(dora)).toHaveLength(4);
    await bob.client.ok("DELETE", `/api/messages/${mine.id}/reactions/${encodeURIComponent("🎉")}`);
    await edit(bob, answer, "never mind");
    await remove(bob, call);
    expect(await summary(dora)).toEqual([`*reaction ${mine.id}`, `*thread_reply ${answer.id}`]);
    await remove(bob, answer);
    await remove(dora, mine);
    expect(await summary(dora)).toEqual([]);
  });

  it("is paged without repeats while more arrives", async () => {
    const dora = await two.join("Dora");
    const { id: channelId } = await closed(bob, dora);
    const mine = await say(dora, "root", channelId);
    const expected: Array<string> = [];
    const happen = async () => {
      expected.unshift(`thread_reply ${(await reply(bob, mine)).id}`);
      expected.unshift(`mention ${(await say(bob, `@${dora.user.handle} @channel @here`, channelId)).id}`);
      await react(bob, mine, `n${expected.length}`);
      expected.unshift(`reaction ${mine.id}`);
    };
    for (let i = 0; i < 3; i++) await happen();
    const wanted = [...expected];
    const found: Array<Activity> = [];
    let next: string | null = null;
    do {
      const page: Inbox = await inbox(dora.client, `&limit=2${next === null ? "" : `&cursor=${next}`}`);
      found.push(...page.activity);
      next = page.next_cursor;
      await happen();
    } while (next !== null);
    expect(found.map(({ type, message }) => `${type} ${message.id}`)).toEqual(wanted);
    expect(new Set(found.map(({ id }) => id)).size).toBe(wanted.length);
    for (const cursor of ["x", "act_x", `act_${Buffer.from("1 msg_x").toString("base64url")}`]) {
      const path = `/api/me/activity?workspace_id=${two.workspaceId}&cursor=${cursor}`;
      expect((await dora.client.request("GET", path)).status).toBe(400);
    }
  });
});

describe("activity is read", () => {
  it("up to one of it or a time, forward only, which one's devices are told and nobody else", async () => {
    const dora = await two.join("Dora");
    const [mine, others] = [await two.devices(dora), await two.devices(bob)];
    const calls = [];
    for (let i = 0; i < 3; i++) calls.unshift(await say(ann, `@${dora.user.handle}`));
    const [third, second, first] = (await inbox(dora.client)).activity as [Activity, Activity, Activity];
    expect(await markRead(dora.client, second.id)).toBe(second.at);
    expect(await summary(dora)).toEqual(calls.map(({ id }, i) => `${i === 0 ? "*" : ""}mention ${id}`));
    expect(await summary(dora, "&unread=true")).toEqual([`*mention ${calls[0]!.id}`]);
    expect(await markRead(two.elsewhere(dora), first.id)).toBe(second.at);
    expect(await markRead(two.elsewhere(dora), third.at)).toBe(third.at);
    expect(await summary(dora, "&unread=true")).toEqual([]);
    for (const socket of mine) {
      const told = await until(
        () => personalFrames(socket, "activity.read").length >= 2 && personalFrames(socket, "activity.read"),
        { what: "both marks" },
      );
      expect(told.map(({ cursor, payload }) => [cursor, payload])).toEqual(
        [second, third].map(({ at }) => ["", { user_id: dora.user.id, read_up_to: at }]),
      );
    }
    // Bob's own comes after dora's in the same stream.
    await markRead(bob.client, third.at);
    for (const socket of others) {
      await until(() => personalFrames(socket, "activity.read").length > 0, { what: "bob's own mark" });
      const users = personalFrames(socket, "activity.read").map(({ payload }) => payload["user_id"]);
      expect(users).toEqual([bob.user.id]);
    }
    const later = await say(ann, `@${dora.user.handle}`);
    expect(await summary(dora, "&unread=true")).toEqual([`*mention ${later.id}`]);
  });

  it("never into the future, and not by what is neither", async () => {
    const dora = await two.join("Dora");
    expect(Date.parse(await markRead(dora.client, "2999-01-01T00:00:00Z"))).toBeLessThanOrEqual(Date.now());
    const call = await say(ann, `@${dora.user.handle}`);
    expect(await summary(dora)).toEqual([`*mention ${call.id}`]);
    for (const up_to of ["", "x", "act_x", call.id, 5, "2026-13-01T00:00:00Z"]) {
      const body = { workspace_id: two.workspaceId, up_to };
      const { status } = await dora.client.request("POST", "/api/me/activity/read", { body });
      expect([up_to, status]).toEqual([up_to, 400]);
    }
  });

  it("with the channel, thread or conversation that it is in, and unread again with it", async () => {
    const dora = await two.join("Dora");
    const channel = await dora.client.createChannel(two.workspaceId);
    const dm = await two.conversation(ann, dora);
    const mine = await say(dora, "root", channel.id);
    const call = await say(ann, `@${dora.user.handle}`, channel.id);
    const answer = await reply(ann, mine);
    const body = { body: `@${dora.user.handle}` };
    const direct = (await ann.client.ok("POST", `/api/dms/${dm}/messages`, { body })).message;
    await react(ann, mine);
    const left = [`*reaction ${mine.id}`];
    const all = [...left, `*mention ${direct.id}`, `*thread_reply ${answer.id}`, `*mention ${call.id}`];
    expect(await summary(dora, "&unread=true")).toEqual(all);
    const go = (path: string, seq: number) => two.elsewhere(dora).ok("POST", path, { body: { seq } });
    await go(`/api/channels/${channel.id}/read`, 2);
    expect(await summary(dora, "&unread=true")).toEqual(all.slice(0, 3));
    await go(`/api/messages/${mine.id}/thread/read`, 1);
    expect(await summary(dora, "&unread=true")).toEqual(all.slice(0, 2));
    await go(`/api/dms/${dm}/read`, 1);
    expect(await summary(dora, "&unread=true")).toEqual(left);
    await go(`/api/channels/${channel.id}/unread`, 2);
    await go(`/api/messages/${mine.id}/thread/unread`, 1);
    await go(`/api/dms/${dm}/unread`, 1);
    expect(await summary(dora, "&unread=true")).toEqual(all);
    // Read in the inbox it stays read there, while the channel keeps count for itself.
    const [newest] = (await inbox(dora.client)).activity;
    await markRead(dora.client, newest!.id);
    expect(await summary(dora, "&unread=true")).toEqual([]);
    const { channels } = await dora.client.ok("GET", `/api/workspaces/${two.workspaceId}/channels`);
    expect(channels.find(({ id }: Channel) => id === channel.id)).toMatchObject({ mention_count: 1 });
  });
});

describe("of a place that one cannot see", () => {
  it("nothing is listed or counted, and all of it again once one may", async () => {
    const dora = await two.join("Dora");
    const secret = await ann.client.createChannel(two.workspaceId, "secret", "private");
    const members = `/api/channels/${secret.id}/members`;
    await ann.client.ok("POST", members, { body: { user_id: dora.user.id } });
    const mine = await say(dora, "root", secret.id);
    await reply(ann, mine);
    await react(ann, mine);
    await say(ann, `@${dora.user.handle}`, secret.id);
    await reply(ann, mine, "@channel");
    const before = await summary(dora);
    expect(before).toHaveLength(4);
    await ann.client.ok("DELETE", `${members}/${dora.user.id}`);
    expect(await summary(dora)).toEqual([]);
    expect((await inbox(dora.client)).unread_count).toBe(0);
    expect((await inbox(bob.client)).activity.map(({ message }) => message.channel_id)).not.toContain(
      secret.id,
    );
    await ann.client.ok("POST", members, { body: { user_id: dora.user.id } });
    expect(await summary(dora)).toEqual(before);
  });

  it("a stranger is told that there is none, and a blocked member that it is blocked", async () => {
    const [dora, stranger] = [await two.join("Dora"), await two.stranger("Eve")];
    await two.operator.blockMember(two.workspaceId, dora.user.id);
    const body = { workspace_id: two.workspaceId, up_to: "2026-01-01T00:00:00Z" };
    const list = `/api/me/activity?workspace_id=${two.workspaceId}`;
    for (const [{ client }, expected] of [[stranger, 404] as const, [dora, 403] as const]) {
      expect((await client.request("GET", list)).status).toBe(expected);
      expect((await client.request("POST", "/api/me/activity/read", { body })).status).toBe(expected);
    }
    for (const id of ["wsp_x", "wsp_*", ">"]) {
      const asked = { body: { ...body, workspace_id: id } };
      expect((await ann.client.request("POST", "/api/me/activity/read", asked)).status).toBe(404);
    }
  });
});

it("what was projected of all this is what the log says", async () => {
  await expectProjectionsMatchLog(two.cluster);
});
