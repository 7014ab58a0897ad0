import type { Route } from "@clickclack/protocol/http/RoutesGroup";
import type { Channel, DirectConversation, Message, User, Workspace } from "@clickclack/protocol/http/shapes";
import { newId, routeId } from "@clickclack/protocol/Ids";
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";

const clickclack = oneServer();

type Person = { readonly user: User; readonly client: ApiClient };
let ann: Person;
let bob: Person;
let guest: Person;
let blocked: Person;
let removed: Person;
let stranger: Person;
let workspace: Workspace;
let talk: Channel;
let secret: Channel;
let direct: DirectConversation;
let said: Record<"root" | "reply" | "secret" | "direct" | "deleted", Message>;

/** A workspace of ann; bob is not in the secret channel. */
beforeAll(async () => {
  const { client, operator } = clickclack;
  [ann, bob, guest] = [await client.signUp("Ann"), await client.signUp("Bob"), await client.signUp("Guest")];
  [blocked, removed] = [await client.signUp("Blocked"), await client.signUp("Removed")];
  stranger = await client.signUp("Stranger");
  workspace = await ann.client.createWorkspace("Routes");
  for (const { user } of [bob, blocked, removed]) await operator.addMember(workspace.id, user.id);
  await operator.addMember(workspace.id, guest.user.id, "guest");
  talk = await ann.client.createChannel(workspace.id);
  secret = await ann.client.createChannel(workspace.id, "secret", "private");
  const body = { workspace_id: workspace.id, member_ids: [bob.user.id] };
  direct = (await ann.client.ok("POST", "/api/dms", { body })).conversation;
  const say = async (path: string): Promise<Message> =>
    (await ann.client.ok("POST", path, { body: { body: "said" } })).message;
  const root = await say(`/api/channels/${talk.id}/messages`);
  said = {
    root,
    reply: await say(`/api/messages/${root.id}/thread/replies`),
    secret: await say(`/api/channels/${secret.id}/messages`),
    direct: await say(`/api/dms/${direct.id}/messages`),
    deleted: await say(`/api/channels/${talk.id}/messages`),
  };
  await ann.client.ok("DELETE", `/api/messages/${said.deleted.id}`);
  await operator.blockMember(workspace.id, blocked.user.id);
  await operator.removeMember(workspace.id, removed.user.id);
});

const ask = ({ client }: Person, target: string, of = workspace.route_id) =>
  client.request("GET", `/api/routes/${of}/${target}`);
const resolve = async (by: Person, target: string, of = workspace.route_id): Promise<Route> =>
  (await by.client.ok("GET", `/api/routes/${of}/${target}`)).route;

const routed = (target: Pick<Route, "target_type" | "target_id" | "target_route_id">, more = {}) => ({
  workspace_id: workspace.id,
  workspace_route_id: workspace.route_id,
  ...target,
  ...more,
  canonical_path: `/app/${workspace.route_id}/${target.target_route_id}`,
});
const toChannel = ({ id, route_id }: Channel) =>
  routed({ target_type: "channel", target_id: id, target_route_id: route_id });
const toThread = ({ id }: Message, parent: object) =>
  routed({ target_type: "thread", target_id: id, target_route_id: routeId("M", id) }, parent);
const inTalk = () => ({ parent_type: "channel", parent_id: talk.id, parent_route_id: talk.route_id });
const inDirect = () => ({ parent_type: "direct", parent_id: direct.id, parent_route_id: direct.route_id });

describe("an address leads to", () => {
  it("a channel", async () => {
    expect(await resolve(bob, talk.route_id)).toEqual(toChannel(talk));
    expect(await resolve(ann, secret.route_id)).toEqual(toChannel(secret));
  });

  it("a channel that was archived", async () => {
    const old = await ann.client.createChannel(workspace.id, "old");
    await ann.client.ok("PATCH", `/api/channels/${old.id}`, { body: { archived: true } });
    expect(await resolve(bob, old.route_id)).toEqual(toChannel(old));
  });

  it("a direct conversation", async () => {
    const target = { target_type: "direct", target_id: direct.id, target_route_id: direct.route_id } as const;
    for (const by of [ann, bob]) expect(await resolve(by, direct.route_id)).toEqual(routed(target));
  });

  it("the thread of a message, in a channel and in a conversation", async () => {
    const { root, direct: whispered } = said;
    expect(await resolve(bob, routeId("M", root.id))).toEqual(toThread(root, inTalk()));
    expect(await resolve(bob, routeId("M", whispered.id))).toEqual(toThread(whispered, inDirect()));
  });

  it("the thread that a reply is in, and says which reply was meant", async () => {
    const { root, reply } = said;
    const expected = { ...toThread(root, inTalk()), message_id: reply.id };
    expect(await resolve(bob, routeId("M", reply.id))).toEqual(expected);
  });

  it("a deleted message's place, which is still there", async () => {
    const { deleted } = said;
    expect(await resolve(bob, routeId("M", deleted.id))).toEqual(toThread(deleted, inTalk()));
  });

  it("the same with internal ids, with both kinds mixed, in either case, and with letters for digits", async () => {
    const cases: ReadonlyArray<readonly [of: string, target: string]> = [
      [workspace.id, talk.id],
      [workspace.id, talk.route_id],
      [workspace.route_id, talk.id],
      [workspace.route_id.toLowerCase(), talk.route_id.toLowerCase()],
      [workspace.route_id, talk.route_id.replaceAll("1", "l").replaceAll("0", "O")],
    ];
    for (const [of, target] of cases) expect(await resolve(bob, target, of)).toEqual(toChannel(talk));
    expect((await resolve(ann, direct.id)).target_type).toBe("direct");
    expect(await resolve(ann, said.reply.id)).toEqual(await resolve(ann, routeId("M", said.reply.id)));
  });

  it("where the message's own route id says", async () => {
    const { message } = await bob.client.ok("POST", `/api/messages/${said.root.id}/route`);
    expect(await resolve(bob, message.route_id)).toEqual(toThread(said.root, inTalk()));
  });

  it("a channel and a message that were made a moment ago", async () => {
    const { id, route_id } = await ann.client.createWorkspace("New");
    const channel = await ann.client.createChannel(id);
    const { message } = await ann.client.post(channel.id, "new");
    expect((await resolve(ann, channel.route_id, route_id)).target_id).toBe(channel.id);
    expect((await resolve(ann, routeId("M", message.id), route_id)).target_id).toBe(message.id);
  });
});

describe("an address leads nowhere", () => {
  const nowhere = async (by: Person, target: string, of?: string) => {
    const { status, body } = await ask(by, target, of);
    expect([target, status, body.code, body.error]).toEqual([
      target,
      404,
      "not_found",
      "this address leads nowhere",
    ]);
  };
  const everything = () => [
    ...[talk, secret, direct].flatMap(({ id, route_id }) => [id, route_id]),
    ...Object.values(said).flatMap(({ id }) => [id, routeId("M", id)]),
  ];

  it("for strangers and for who was removed", async () => {
    for (const by of [stranger, removed]) {
      for (const target of everything()) {
        await nowhere(by, target);
        await nowhere(by, target, workspace.id);
      }
    }
  });

  it("for a member, to what it may not see", async () => {
    for (const target of [secret.id, secret.route_id, said.secret.id, routeId("M", said.secret.id)])
      await nowhere(bob, target);
    for (const target of everything()) await nowhere(guest, target);
    const bystander = await clickclack.client.signUp("Bystander");
    await clickclack.operator.addMember(workspace.id, bystander.user.id);
    for (const target of [direct.id, direct.route_id, said.direct.id, routeId("M", said.direct.id)])
      await nowhere(bystander, target);
  });

  it("once a channel was left", async () => {
    await clickclack.operator.joinChannel(workspace.id, secret.id, bob.user.id);
    expect(await resolve(bob, secret.route_id)).toEqual(toChannel(secret));
    await bob.client.ok("POST", `/api/channels/${secret.id}/leave`);
    await nowhere(bob, secret.route_id);
    await nowhere(bob, routeId("M", said.secret.id));
  });

  it("that is in another workspace", async () => {
    const other = await ann.client.createWorkspace("Other");
    const channel = await ann.client.createChannel(other.id);
    const { message } = await ann.client.post(channel.id, "elsewhere");
    for (const target of [channel.id, channel.route_id, message.id, routeId("M", message.id)]) {
      await nowhere(ann, target);
      expect((await resolve(ann, target, other.route_id)).workspace_id).toBe(other.id);
    }
    for (const target of everything()) await nowhere(ann, target, other.id);
  });

  it("that was never there, with the letter of something else, or malformed", async () => {
    const [c, d, m] = [talk.id, direct.id, said.root.id].map((id) => id.slice(-16).toUpperCase());
    const targets = [newId("chn"), newId("dm"), newId("msg"), workspace.id, workspace.route_id, ann.user.id];
    targets.push(routeId("C", newId("chn")), routeId("D", newId("dm")), routeId("M", newId("msg")));
    targets.push(`T${c}`, `D${c}`, `M${c}`, `T${d}`, `C${d}`, `M${d}`, `T${m}`, `C${m}`, `D${m}`);
    targets.push("C", "x", "%25", "*", `${talk.route_id}0`, `C${"U".repeat(16)}`, "x".repeat(300));
    targets.push(talk.name, talk.id.toUpperCase());
    for (const target of targets) await nowhere(ann, target);
    const workspaces = [newId("wsp"), routeId("T", newId("wsp")), talk.id, talk.route_id, "x", "*", "%3E"];
    for (const of of workspaces) await nowhere(ann, talk.route_id, of);
  });

  it("and the blocked are told that they are", async () => {
    for (const of of [workspace.id, workspace.route_id]) {
      const { status, body } = await ask(blocked, talk.route_id, of);
      expect([status, body.code]).toEqual([403, "blocked"]);
    }
  });
});
