import { beforeEach, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";

const clickclack = oneServer();

type Person = Awaited<ReturnType<ApiClient["signUp"]>>;

let owner: Person;
let ann: Person;
let workspaceId = "";

beforeEach(async () => {
  const { client, operator } = clickclack;
  owner = await client.signUp("Owner");
  ann = await client.signUp("Ann");
  workspaceId = (await owner.client.createWorkspace()).id;
  await operator.addMember(workspaceId, ann.user.id);
});

const transfer = (by: Person, user_id: string) =>
  by.client.request("POST", `/api/workspaces/${workspaceId}/transfer-ownership`, { body: { user_id } });
const roleOf = async ({ client }: Person): Promise<string> =>
  (await client.ok("GET", `/api/workspaces/${workspaceId}`)).workspace.role;
const owners = async (): Promise<ReadonlyArray<string>> =>
  (await owner.client.ok("GET", `/api/workspaces/${workspaceId}/members?role=owner`)).members.map(
    ({ user }: { user: { id: string } }) => user.id,
  );

it("hands a workspace over in one step, told to everybody, and takes nothing back", async () => {
  const socket = await clickclack.watch({ workspaceId, headers: ann.client.headers });
  const { status, body } = await transfer(owner, ann.user.id);
  expect([status, body.workspace.id, body.workspace.role]).toEqual([200, workspaceId, "moderator"]);
  const payload = { workspace_id: workspaceId, from: owner.user.id, to: ann.user.id };
  expect(body.event).toMatchObject({ type: "workspace.ownership_transferred", payload });
  expect(await Promise.all([roleOf(owner), roleOf(ann)])).toEqual(["moderator", "owner"]);
  expect(await owners()).toEqual([ann.user.id]);
  await socket.barrier();
  expect(socket.events).toContainEqual(body.event);
  const again = await transfer(owner, ann.user.id);
  expect([again.status, again.body.code]).toEqual([403, "forbidden"]);
  const own = await transfer(ann, ann.user.id);
  expect([own.status, own.body.event.id]).toEqual([200, ""]);
});

it("is refused to whoever is no full member, and for whoever does not own it", async () => {
  const { client, operator } = clickclack;
  const refused = async (userId: string) => (await transfer(owner, userId)).status;
  const guest = await client.signUp("Gus");
  await operator.addMember(workspaceId, guest.user.id, "guest");
  const { botId } = await operator.createBot(workspaceId, ["bot:write"]);
  const gone = await client.signUp("Gone");
  await operator.addMember(workspaceId, gone.user.id);
  await operator.deactivate(gone.user.id);
  const blocked = await client.signUp("Bea");
  await operator.addMember(workspaceId, blocked.user.id);
  await operator.blockMember(workspaceId, blocked.user.id);
  const stranger = await client.signUp("Stranger");
  for (const { user } of [guest, gone, blocked]) expect(await refused(user.id)).toBe(403);
  expect(await refused(botId)).toBe(403);
  for (const id of [stranger.user.id, "usr_00000000000000000000000000", "*", ">"])
    expect(await refused(id)).toBe(404);
  expect((await transfer(ann, ann.user.id)).status).toBe(403);
  expect((await transfer(stranger, stranger.user.id)).status).toBe(404);
  expect(await owners()).toEqual([owner.user.id]);
});

it("leaves one owner, whoever are handed it at once", async () => {
  const people = await Promise.all(["B", "C", "D", "E"].map((name) => clickclack.client.signUp(name)));
  for (const { user } of people) await clickclack.operator.addMember(workspaceId, user.id);
  const answers = await Promise.all(people.map(({ user }) => transfer(owner, user.id)));
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403, 403, 403]);
  expect(await owners()).toEqual([people[answers.findIndex(({ status }) => status === 200)]!.user.id]);
});
