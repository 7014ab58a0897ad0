import type { User } from "@clickclack/protocol/http/shapes";
import { expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { download, uploadFile } from "../support/uploadFile.ts";
import { until } from "../support/until.ts";

const clickclack = oneServer();

interface Person {
  readonly user: User;
  readonly client: ApiClient;
}

const deleteMe = ({ client, user }: Person, confirm = user.handle) =>
  client.request("DELETE", "/api/me", { body: { confirm } });

/** A workspace of somebody's with a channel, which the others belong to. */
const workspaceOf = async (owner: Person, ...members: ReadonlyArray<Person>) => {
  const { id } = await owner.client.createWorkspace();
  for (const { user } of members) await clickclack.operator.addMember(id, user.id);
  return { id, channel: await owner.client.createChannel(id) };
};

const membersOf = async ({ client }: Person, workspaceId: string): Promise<ReadonlyArray<string>> =>
  (await client.ok("GET", `/api/workspaces/${workspaceId}/members`)).members.map(
    ({ user }: { user: User }) => user.id,
  );

it("takes profile, credentials, names and memberships away, and leaves what was written by a deleted user", async () => {
  const [ann, bob] = [await clickclack.client.signUp("Ann"), await clickclack.client.signUp("Bob")];
  const { id, channel } = await workspaceOf(ann, bob);
  const upload = await uploadFile(bob.client, id, { content: "kept" });
  await bob.client.post(channel.id, "kept", { upload_id: upload.id });
  const former = bob.user.handle;
  const handle = `bob-${crypto.randomUUID().slice(0, 8)}`;
  await bob.client.ok("PATCH", "/api/me", {
    body: { handle, avatar_url: "/b.png", notification_settings: { a: 1 } },
  });
  const { secret } = await bob.client.ok("POST", "/api/me/tokens", { body: { name: "laptop" } });
  const socket = await clickclack.watch({ workspaceId: id, headers: bob.client.headers });
  await socket.barrier();
  const { email } = (await clickclack.operator.deployment.directory.findCurrent(bob.user.id))!;

  const answer = await deleteMe(bob, handle);
  expect([answer.status, answer.body]).toEqual([204, undefined]);
  expect(answer.headers.get("Set-Cookie")).toMatch(/^cc_session=;.*Max-Age=0/);

  expect(await until(() => socket.closed, { what: "the socket to be closed" })).toMatchObject({ code: 1008 });
  for (const client of [bob.client, bob.client.withToken(secret), bob.client.as(bob.user.id)])
    expect((await client.request("GET", "/api/me")).status).toBe(401);
  const deleted = {
    id: bob.user.id,
    kind: "human",
    display_name: "Deleted user",
    handle: `deleted-${bob.user.id.slice(-8)}`,
    avatar_url: "",
    created_at: bob.user.created_at,
    deleted_at: expect.any(String),
  };
  const { messages } = await ann.client.list(channel.id);
  expect(messages).toMatchObject([{ body: "kept", author_id: bob.user.id, author: deleted }]);
  expect(messages[0]!.author).toEqual(deleted);
  expect(await (await download(ann.client, upload.id)).text()).toBe("kept");
  expect(await membersOf(ann, id)).toEqual([ann.user.id]);

  const { deployment } = clickclack.operator;
  const state = (await deployment.directory.findCurrent(bob.user.id))!;
  expect(JSON.stringify(state)).not.toMatch(/notification|example\.com|b\.png/);
  expect([state.credentials.size, state.active, state.deleted]).toEqual([0, false, true]);
  const eve = await clickclack.client.signUp("Eve");
  for (const free of [handle, former])
    expect((await eve.client.request("PATCH", "/api/me", { body: { handle: free } })).status).toBe(200);
  const again = await clickclack.client.ok("POST", "/api/auth/magic/request", { body: { email } });
  const { user } = await clickclack.client.ok("POST", "/api/auth/magic/consume", {
    body: { token: again.token },
  });
  expect(user.id).not.toBe(bob.user.id);
});

it("is refused to who owns workspaces, naming them, and changes nothing then", async () => {
  const ann = await clickclack.client.signUp("Ann");
  const { id } = await workspaceOf(ann);
  const { status, body } = await deleteMe(ann);
  expect([status, body.code]).toEqual([409, "owns_workspaces"]);
  expect(body.error).toContain(id);
  expect(await ann.client.me()).toEqual(ann.user);
});

it("is refused without one's own handle", async () => {
  const [ann, bob] = [await clickclack.client.signUp("Ann"), await clickclack.client.signUp("Bob")];
  for (const confirm of ["yes", bob.user.handle, " "])
    expect([confirm, (await deleteMe(ann, confirm)).status]).toEqual([confirm, 400]);
  expect((await ann.client.request("DELETE", "/api/me", { body: {} })).status).toBe(400);
  expect((await ann.client.request("DELETE", "/api/me")).status).toBe(400);
  expect(await ann.client.me()).toEqual(ann.user);
  expect((await deleteMe(ann, `@${ann.user.handle.toUpperCase()}`)).status).toBe(204);
});

it("takes the password of who has one, and nothing else instead", async () => {
  const ann = await clickclack.client.signUp("Ann");
  const password = "correct horse battery";
  await ann.client.ok("POST", "/api/auth/password/change", { body: { new_password: password } });
  const attempt = (body: object) => ann.client.request("DELETE", "/api/me", { body });
  expect((await attempt({ confirm: ann.user.handle })).status).toBe(400);
  const wrong = await attempt({ password: "wrong horse battery", confirm: ann.user.handle });
  expect([wrong.status, wrong.body.code]).toEqual([401, "invalid_credentials"]);
  expect((await ann.client.me()).id).toBe(ann.user.id);
  expect((await attempt({ password })).status).toBe(204);
  const { password: kept } = (await clickclack.operator.deployment.directory.findCurrent(ann.user.id))!;
  expect(kept).toBeUndefined();
});

it("takes blocked members out too", async () => {
  const [ann, bob] = [await clickclack.client.signUp("Ann"), await clickclack.client.signUp("Bob")];
  const { id } = await workspaceOf(ann, bob);
  await clickclack.operator.blockMember(id, bob.user.id);
  expect((await deleteMe(bob)).status).toBe(204);
  expect(await membersOf(ann, id)).toEqual([ann.user.id]);
});

it("is done once, however often it is asked for at once", async () => {
  const ann = await clickclack.client.signUp("Ann");
  const answers = await Promise.all(Array.from({ length: 10 }, () => deleteMe(ann)));
  for (const { status } of answers) expect([204, 401]).toContain(status);
  expect(answers.some(({ status }) => status === 204)).toBe(true);
  const { directory, reservations } = clickclack.operator.deployment;
  const { handle } = (await directory.findCurrent(ann.user.id))!;
  expect(handle).toBe(`deleted-${ann.user.id.slice(-8)}`);
  expect((await reservations.find("handle", handle))!.holder).toBe(ann.user.id);
  expect(await reservations.find("handle", ann.user.handle)).toBeUndefined();
});

it("is not undone, and nobody becomes a member or signs in as who is gone", async () => {
  const ann = await clickclack.client.signUp("Ann");
  await deleteMe(ann);
  const { accounts, profiles } = clickclack.operator.deployment;
  const actor = { user_id: "system" };
  await expect(profiles.reactivate(ann.user.id, actor)).rejects.toMatchObject({ code: "forbidden" });
  await expect(accounts.issueMagicLink(ann.user.id, actor)).rejects.toMatchObject({ code: "forbidden" });
  await expect(profiles.delete(ann.user.id, actor)).resolves.toBeUndefined();
});

it("of an account that was deactivated works too, and lets its names go", async () => {
  const ann = await clickclack.client.signUp("Ann");
  await clickclack.operator.deactivate(ann.user.id);
  const { profiles, reservations } = clickclack.operator.deployment;
  await profiles.delete(ann.user.id, { user_id: "system" });
  expect(await reservations.find("handle", ann.user.handle)).toBeUndefined();
});

it("that was cut off halfway is finished by whoever looks next", async () => {
  const [ann, bob] = [await clickclack.client.signUp("Ann"), await clickclack.client.signUp("Bob")];
  const { id } = await workspaceOf(ann, bob);
  // As a process leaves it that dies behind the account's event.
  await clickclack.operator.deployment.profiles.delete(bob.user.id, { user_id: "system" });
  expect(await membersOf(ann, id)).toContain(bob.user.id);
  await until(async () => !(await membersOf(ann, id)).includes(bob.user.id), {
    what: "the membership to be ended",
    deadlineMs: 30_000,
    everyMs: 200,
  });
});

it("of a person stops the bots that it answers for; so does deactivation, until it is taken back", async () => {
  const [ann, bob] = [await clickclack.client.signUp("Ann"), await clickclack.client.signUp("Bob")];
  const { id, channel } = await workspaceOf(ann, bob);
  const { token } = await clickclack.operator.createBot(id, ["bot:admin"], { owner: bob.user.id });
  const bot = clickclack.client.withToken(token.token);
  const socket = await clickclack.watch({ workspaceId: id, headers: bot.headers });
  await socket.barrier();
  const statusIs = (wanted: number) =>
    until(async () => (await bot.request("GET", `/api/channels/${channel.id}/messages`)).status === wanted, {
      what: `the bot to be answered ${wanted}`,
      deadlineMs: 1_000,
    });
  await statusIs(200);
  await clickclack.operator.deactivate(bob.user.id);
  await statusIs(401);
  expect(await until(() => socket.closed, { what: "its socket to be closed" })).toMatchObject({ code: 1008 });
  await clickclack.operator.deployment.profiles.reactivate(bob.user.id, { user_id: "system" });
  await statusIs(200);
  await clickclack.operator.deployment.profiles.delete(bob.user.id, { user_id: "system" });
  await statusIs(401);
});
