import { newId } from "@clickclack/protocol/Ids";
import { Api } from "@clickclack/protocol/http/Api";
import type { User } from "@clickclack/protocol/http/shapes";
import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { EventSocket } from "../support/EventSocket.ts";
import { oneServer } from "../support/oneServer.ts";
import {
  type ChannelName,
  CHANNELS,
  expectedStatus,
  type Operation,
  OPERATIONS,
  type RoleName,
  ROLES,
  type Target,
} from "./accessTable.ts";

const clickclack = oneServer();

type Person = { readonly user: User; readonly client: ApiClient };
const people = {} as Record<RoleName, Person>;
const targets = {} as Record<ChannelName, Target>;
let workspaceId = "";
let sockets: Record<"member" | "guest" | "owner", EventSocket>;

/** A workspace with one of everything; whoever was removed or blocked was in the private channel before. */
beforeAll(async () => {
  const { operator, client } = clickclack;
  for (const role of ROLES) people[role] = await client.signUp(role);
  const { owner, outsider, guest } = people;
  workspaceId = (await owner.client.createWorkspace("Acme")).id;
  await outsider.client.createWorkspace("Elsewhere");
  for (const role of ["removed", "blocked", "member", "guest"] as const)
    await operator.addMember(workspaceId, people[role].user.id, role === "guest" ? "guest" : "member");
  for (const name of CHANNELS) {
    const kind = name === "private" ? "private" : "public";
    const { id: channelId } = await owner.client.createChannel(workspaceId, name, kind);
    const [kept, doomed] = [
      await owner.client.post(channelId, "kept"),
      await owner.client.post(channelId, "doomed"),
    ];
    targets[name] = { workspaceId, channelId, messageId: kept.message.id, doomedId: doomed.message.id };
    const joining = name === "private" ? [people.removed, people.blocked] : [guest];
    for (const { user } of joining) await operator.joinChannel(workspaceId, channelId, user.id);
    await people.removed.client.request("POST", `/api/channels/${channelId}/messages`, {
      body: { body: "mine" },
    });
  }
  await owner.client.ok("PATCH", `/api/channels/${targets.archived.channelId}`, { body: { archived: true } });
  await operator.removeMember(workspaceId, people.removed.user.id);
  await operator.blockMember(workspaceId, people.blocked.user.id);
  const watch = (role: "member" | "guest" | "owner") =>
    clickclack.watch({ workspaceId, headers: people[role].client.headers });
  sockets = { member: await watch("member"), guest: await watch("guest"), owner: await watch("owner") };
});

const tail = async (): Promise<string> =>
  (
    await people.owner.client.ok(
      "GET",
      `/api/realtime/events?workspace_id=${workspaceId}&limit=1&include_tail=true`,
    )
  ).tail_cursor;

const attempt = ({ method, path, body }: Operation, role: RoleName, target: Target) => {
  const given = typeof body === "function" ? body(target) : body;
  const filled = given && {
    ...given,
    ...("user_id" in given && { user_id: people.owner.user.id }),
    ...("name" in given && given.name === "NEW" && { name: `new-${crypto.randomUUID().slice(0, 8)}` }),
  };
  return people[role].client.request(method, path(target), filled ? { body: filled } : {});
};

/** Ids that could be there and are not. */
const nowhere = (): Target => ({
  workspaceId: newId("wsp"),
  channelId: newId("chn"),
  messageId: newId("msg"),
  doomedId: newId("msg"),
});

it("the table has every operation on a workspace that the API declares", () => {
  const open = ["healthz", "readyz", "requestMagicLink", "consumeMagicLink", "getMe"];
  const ofNoOne = ["listWorkspaces", "createWorkspace", "getMessageByNonce"];
  // Conversations have no channel's columns: see direct.test.ts; pins.test.ts and uploads.test.ts for what needs these.
  const elsewhere = [
    "getConversation",
    "hideConversation",
    "showConversation",
    "listDirectMessages",
    "postDirectMessage",
    "readConversation",
    "unpinMessage",
    "createUpload",
    "getUploadByNonce",
    "getUpload",
    "deleteUpload",
    "attachUpload",
  ];
  const declared = Object.values(Api.groups).flatMap(({ endpoints }) => Object.keys(endpoints));
  const inTable = OPERATIONS.map(({ name }) => name);
  expect(new Set([...inTable, ...open, ...ofNoOne, ...elsewhere])).toEqual(new Set(declared));
});

describe.each(OPERATIONS)("$name", (operation) => {
  it.each(ROLES)(
    "is answered to a %s as the table says, and writes nothing where it is refused",
    async (role) => {
      for (const channel of CHANNELS) {
        const expected = expectedStatus(operation, role, channel);
        const before = await tail();
        const { status, body } = await attempt(operation, role, targets[channel]);
        expect([channel, status, body.code]).toMatchObject([
          channel,
          expected,
          status < 400 ? undefined : expect.any(String),
        ]);
        if (status < 400) continue;
        expect(await tail()).toBe(before);
        if (status !== 404) continue;
        // What may not be seen is not told from what is not there.
        const unknown = await attempt(operation, role, nowhere());
        expect([unknown.status, unknown.body.code, unknown.body.error]).toEqual([404, body.code, body.error]);
      }
    },
  );
});

describe("after all that", () => {
  const replay = async (role: RoleName): Promise<ReadonlyArray<EventFrame>> => {
    const path = `/api/realtime/events?workspace_id=${workspaceId}&limit=500`;
    return (await people[role].client.ok("GET", path)).events;
  };

  it("no live frame and no replay showed a member the private channel", async () => {
    await sockets.member.barrier();
    const secret = targets.private.channelId;
    expect(sockets.member.events.length).toBeGreaterThan(10);
    expect(JSON.stringify([sockets.member.events, sockets.member.ephemerals])).not.toContain(secret);
    expect(JSON.stringify(await replay("member"))).not.toContain(secret);
    expect(JSON.stringify(sockets.owner.events)).toContain(secret);
  });

  it("guests saw their channels alone", async () => {
    await sockets.guest.barrier();
    const seen = new Set(sockets.guest.events.flatMap(({ channel_id: id }) => id ?? []));
    expect(seen).toEqual(new Set([targets.public.channelId, targets.archived.channelId]));
    expect((await replay("guest")).filter(({ channel_id: id }) => id !== undefined)).toEqual([]);
  });

  it("live frames and replay are the same to those whose access did not change", async () => {
    const { owner, member } = sockets;
    await Promise.all([owner.barrier(), member.barrier()]);
    expect(member.events).toEqual(await replay("member"));
    // Its last step was to leave the private channel: from then on it is not shown, not even what was seen before.
    const left = owner.events.filter(({ channel_id: id }) => id !== targets.private.channelId);
    expect(await replay("owner")).toEqual(left);
  });

  it.each(["stranger", "outsider", "removed", "blocked"] as const)(
    "a %s cannot even open a socket",
    async (role) => {
      const options = { workspaceId, headers: people[role].client.headers };
      const status = role === "blocked" ? 403 : 404;
      await expect(EventSocket.open(clickclack.server.webSocketUrl, options)).rejects.toMatchObject({
        status,
      });
    },
  );

  it.each(["stranger", "outsider", "removed", "blocked"] as const)(
    "a %s has no such workspace listed",
    async (role) => {
      const { workspaces } = await people[role].client.ok("GET", "/api/workspaces");
      expect(workspaces.map(({ id }: { id: string }) => id)).not.toContain(workspaceId);
    },
  );
});
