import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import { beforeEach, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { until } from "../support/until.ts";

const clickclack = oneServer();

type Person = Awaited<ReturnType<ApiClient["signUp"]>>;

/** The guest and Ann joined the lobby, which the owner made; Bob is elsewhere. */
let owner: Person;
let guest: Person;
let ann: Person;
let bob: Person;
let workspaceId = "";
let lobby = "";

beforeEach(async () => {
  const { client, operator } = clickclack;
  [owner, guest, ann, bob] = [
    await client.signUp("Owner"),
    await client.signUp("Gus"),
    await client.signUp("Ann"),
    await client.signUp("Bob"),
  ];
  workspaceId = (await owner.client.createWorkspace()).id;
  lobby = (await owner.client.createChannel(workspaceId, "lobby")).id;
  for (const [{ user }, role] of [
    [guest, "guest"],
    [ann, "member"],
    [bob, "member"],
  ] as const)
    await operator.addMember(workspaceId, user.id, role);
  for (const { user } of [guest, ann]) await operator.joinChannel(workspaceId, lobby, user.id);
});

const ids = (...people: ReadonlyArray<Person>) => people.map(({ user }) => user.id).toSorted();
const members = async (by: Person, query = ""): Promise<ReadonlyArray<string>> =>
  (await by.client.ok("GET", `/api/workspaces/${workspaceId}/members${query}`)).members
    .map(({ user }: { user: { id: string } }) => user.id)
    .toSorted();
const converse = (by: Person, ...others: ReadonlyArray<Person>) =>
  by.client.request("POST", "/api/dms", { body: { workspace_id: workspaceId, member_ids: ids(...others) } });

describe("a guest", () => {
  it("sees the members that it shares a channel or conversation with, and counts of them alone", async () => {
    expect(await members(guest)).toEqual(ids(owner, guest, ann));
    expect(await members(bob)).toEqual(ids(owner, guest, ann, bob));
    expect(await members(guest, "?q=Bob")).toEqual([]);
    expect(await members(bob, "?q=Bob")).toEqual(ids(bob));
    const told = await guest.client.ok("GET", `/api/workspaces/${workspaceId}/members?limit=1`);
    const total_by_role = { owner: 1, moderator: 0, member: 1, guest: 1, bot: 0 };
    expect(told).toMatchObject({ total_count: 3, total_by_role, has_more: true });
    expect((await converse(bob, guest)).status).toBe(201);
    expect(await members(guest)).toEqual(ids(owner, guest, ann, bob));
  });

  it("opens conversations with those alone, and is told of nobody else", async () => {
    expect((await converse(guest, ann)).status).toBe(201);
    const refused = await converse(guest, bob);
    const unknown = await guest.client.request("POST", "/api/dms", {
      body: { workspace_id: workspaceId, member_ids: ["usr_00000000000000000000000000"] },
    });
    expect([refused.status, refused.body.error]).toEqual([404, unknown.body.error]);
    expect((await converse(guest, ann, bob)).status).toBe(404);
  });

  it("hears of the presence and moderation of those alone", async () => {
    const watch = ({ client }: Person) => clickclack.watch({ workspaceId, headers: client.headers });
    const [byGuest, byOwner] = [await watch(guest), await watch(owner)];
    const comes = async (person: Person) => {
      await watch(person);
      const told = (frame: EventFrame) => frame.payload["user_id"] === person.user.id;
      await until(() => byOwner.ephemerals.some(told), { what: "the owner to be told" });
      await byGuest.barrier();
      return byGuest.ephemerals.some(told);
    };
    expect(await comes(bob)).toBe(false);
    await comes(ann);
    await until(() => byGuest.ephemerals.some(({ payload }) => payload["user_id"] === ann.user.id), {
      what: "the guest to be told of Ann",
    });
    const { presence } = await guest.client.ok("GET", `/api/workspaces/${workspaceId}/presence`);
    expect(presence.map(({ user_id }: { user_id: string }) => user_id).toSorted()).toEqual(
      ids(owner, guest, ann),
    );
    const moderate = ({ user }: Person) =>
      owner.client.ok("PATCH", `/api/workspaces/${workspaceId}/moderation/members/${user.id}`, {
        body: { role: "moderator" },
      });
    const hidden = await moderate(bob);
    const { event } = await moderate(ann);
    for (const socket of [byGuest, byOwner]) await socket.barrier();
    expect(byOwner.events).toContainEqual(hidden.event);
    expect(byGuest.events).toContainEqual(event);
    const replay = await guest.client.ok("GET", `/api/realtime/events?workspace_id=${workspaceId}`);
    expect(JSON.stringify([byGuest.events, replay.events])).not.toContain(bob.user.id);
  });

  it("makes no channels, adds nobody, joins nothing by itself, and sees no other channel", async () => {
    const { client } = guest;
    const other = (await owner.client.createChannel(workspaceId, "other")).id;
    const post = (path: string, body?: object) => client.request("POST", path, body ? { body } : {});
    const name = { name: "mine" };
    expect((await post(`/api/workspaces/${workspaceId}/channels`, name)).status).toBe(403);
    expect((await post(`/api/channels/${lobby}/members`, { user_id: ann.user.id })).status).toBe(403);
    expect((await post(`/api/channels/${other}/join`)).status).toBe(404);
    expect((await client.request("GET", `/api/channels/${other}/messages`)).status).toBe(404);
    const { channels } = await client.ok("GET", `/api/workspaces/${workspaceId}/channels`);
    expect(channels.map(({ id }: { id: string }) => id)).toEqual([lobby]);
  });

  it("that is made of a moderator loses the channels that it did not join, and gets them back", async () => {
    const other = (await owner.client.createChannel(workspaceId, "other")).id;
    const path = `/api/workspaces/${workspaceId}/moderation/members/${bob.user.id}`;
    const become = (role: string) => owner.client.ok("PATCH", path, { body: { role } });
    const socket = await clickclack.watch({ workspaceId, headers: bob.client.headers });
    await become("moderator");
    await become("guest");
    const { event: hidden } = await owner.client.post(other, "not for guests");
    expect((await bob.client.request("GET", `/api/channels/${other}/messages`)).status).toBe(404);
    await become("member");
    const { event: shown } = await owner.client.post(other, "for members");
    await socket.barrier();
    expect(socket.events).toContainEqual(shown);
    expect(socket.events).not.toContainEqual(hidden);
    expect((await bob.client.list(other)).messages).toHaveLength(2);
  });
});
