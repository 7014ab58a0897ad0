import { WorkspaceChat } from "@clickclack/terminal/workspace/WorkspaceChat";
import { afterAll, beforeAll, expect, it } from "vitest";
import { oneServer } from "../support/oneServer.ts";
import { ChatLog } from "../support/terminal/ChatLog.ts";
import type { Person } from "../support/TwoGateways.ts";
import { until } from "../support/until.ts";

// What one person does by the API shows in another's chat.
const clickclack = oneServer({ args: [] });

let ada: Person & { readonly token: string };
let bob: Person;
let workspaceId = "";
let channelId = "";
let log: ChatLog<WorkspaceChat>;
const logs: Array<ChatLog<WorkspaceChat>> = [];

const channelOf = async (person: Person, name: string, kind = "public") =>
  (await person.client.ok("POST", `/api/workspaces/${workspaceId}/channels`, { body: { name, kind } }))
    .channel;
const chatOf = async (token: string, room?: string) => {
  const options = { url: clickclack.url, token, workspace: workspaceId, ...(room && { room }) };
  const one = await new ChatLog(new WorkspaceChat(options)).connect();
  logs.push(one);
  return one;
};
const changed = (id: string) => log.all("changed").findLast(({ message }) => message.id === id)?.message;

beforeAll(async () => {
  const { client, operator } = clickclack;
  ada = await client.signUp("Ada");
  bob = await client.signUp("Bob");
  workspaceId = (await ada.client.createWorkspace("Together")).id;
  await operator.addMember(workspaceId, bob.user.id);
  channelId = (await channelOf(bob, "general")).id;
  log = await chatOf(ada.token);
  await until(() => log.chat.peopleIn("general").length === 2, { what: "who is in the room" });
});
afterAll(() => {
  for (const { chat } of logs) chat.close();
});

it("who is in no channel begins in the common one", () => {
  expect([log.chat.room, log.chat.rooms]).toEqual(["general", ["general"]]);
});

it("messages, edits, reactions, replies and deletions come as they happen", async () => {
  const { message } = await bob.client.post(channelId, "from bob");
  expect(await log.saw("from bob")).toMatchObject({ username: bob.user.handle, room: "general" });
  const path = `/api/messages/${message.id}`;
  await bob.client.ok("PATCH", path, { body: { body: "from bob, better" } });
  await until(() => changed(message.id)?.text === "from bob, better", { what: "the edit" });
  await bob.client.ok("POST", `${path}/reactions`, { body: { emoji: "🎉" } });
  const reactions = [{ emoji: "🎉", count: 1, own: false }];
  await until(() => changed(message.id)?.reactions?.length === 1, { what: "the reaction" });
  expect(changed(message.id)).toMatchObject({ edited: true, reactions });
  await bob.client.ok("POST", `${path}/thread/replies`, { body: { body: "an answer" } });
  expect(await log.saw("an answer")).toMatchObject({ thread: message.id });
  await until(() => changed(message.id)?.replies === 1, { what: "the thread's count" });
  expect(await log.chat.input(`/thread ${message.id}`)).toBe("done");
  await bob.client.ok("POST", `${path}/thread/replies`, { body: { body: "another" } });
  await until(() => log.chat.thread?.replies.length === 2, { what: "the thread to grow" });
  await bob.client.ok("DELETE", path);
  await until(() => log.all("removed").some(({ id }) => id === message.id), { what: "the deletion" });
  expect(log.chat.thread).toBeUndefined();
});

it("a file is told by name, size and address", async () => {
  const form = new FormData();
  form.set("file", new Blob(["bytes"]), "a.txt");
  const path = `/api/uploads?workspace_id=${workspaceId}`;
  const headers = { Authorization: bob.client.headers["Authorization"]! };
  const answer = await fetch(`${clickclack.url}${path}`, { method: "POST", body: form, headers });
  const { upload } = (await answer.json()) as { upload: { id: string } };
  await bob.client.post(channelId, "see this", { upload_id: upload.id });
  await log.saw(`see this\n[file a.txt, 5 B: ${clickclack.url}/api/uploads/${upload.id}]`);
});

it("hostile text does nothing to a terminal", async () => {
  await bob.client.post(channelId, "be\u001b[2Jware\u202e\u0007!");
  await log.saw("be[2Jware!");
});

it("conversations and private channels show once something is said in them", async () => {
  const body = { workspace_id: workspaceId, member_ids: [ada.user.id] };
  const { conversation } = await bob.client.ok("POST", "/api/dms", { body });
  await bob.client.ok("POST", `/api/dms/${conversation.id}/messages`, { body: { body: "psst" } });
  const room = `@${bob.user.handle}`;
  expect(await log.saw("psst")).toMatchObject({ room });
  expect(log.chat.unreadIn(room).messages).toBe(1);
  const vault = await channelOf(bob, "vault", "private");
  await bob.client.post(vault.id, "alone");
  await bob.client.ok("POST", `/api/channels/${vault.id}/members`, { body: { user_id: ada.user.id } });
  await bob.client.post(vault.id, `hello @${ada.user.handle}`);
  expect(await log.saw(`hello @${ada.user.handle}`)).toMatchObject({ room: "vault" });
  expect(log.chat.unreadIn("vault")).toMatchObject({ mentions: 1 });
  expect(log.said).not.toContain("alone");
});

it("what is said in channels that one is not in is not told", async () => {
  const { id } = await channelOf(bob, "elsewhere");
  await bob.client.post(id, "not for ada");
  await bob.client.post(channelId, "for ada");
  await log.saw("for ada");
  expect(log.said).not.toContain("not for ada");
});

it("topics, archives and reading on another device are seen", async () => {
  const ops = await channelOf(ada, "ops");
  await until(() => log.chat.rooms.includes("ops"), { what: "the new channel" });
  await ada.client.ok("PATCH", `/api/channels/${ops.id}`, { body: { display_title: "On call" } });
  await until(() => log.chat.topicOf("ops") === "On call", { what: "the topic" });
  await bob.client.post(ops.id, "unread");
  await until(() => log.chat.unreadIn("ops").messages === 1, { what: "an unread message" });
  await ada.client.ok("POST", `/api/channels/${ops.id}/read`, { body: { seq: 1 } });
  await until(() => log.chat.unreadIn("ops").messages === 0, { what: "it to be read" });
  await log.chat.input("/join ops");
  await ada.client.ok("PATCH", `/api/channels/${ops.id}`, { body: { archived: true } });
  await until(() => log.chat.room !== "ops", { what: "another room" });
  expect(log.chat.rooms).not.toContain("ops");
});

it("presence and typing go both ways", async () => {
  await log.chat.input("/join general");
  const socket = await clickclack.watch({ workspaceId, headers: bob.client.headers });
  const isOnline = () =>
    log.chat.peopleIn("general").find(({ username }) => username === bob.user.handle)?.online;
  await until(isOnline, { what: "bob to be there" });
  const body = { workspace_id: workspaceId, type: "typing.started", channel_id: channelId };
  await bob.client.ok("POST", "/api/realtime/ephemeral", { body });
  await until(() => log.all("typing").length > 0, { what: "bob to type" });
  expect(log.all("typing")).toEqual([{ _tag: "typing", username: bob.user.handle, room: "general" }]);
  log.chat.typing();
  const typed = () =>
    socket.ephemerals.find(
      ({ type, payload }) => type === "typing.started" && payload["user_id"] === ada.user.id,
    );
  await until(typed, { what: "ada to type" });
  socket.close();
  await until(() => isOnline() === false, { what: "bob to be gone" });
});

it("slow mode is told with the seconds to wait", async () => {
  const slow = await channelOf(bob, "slow");
  const patience = { body: { slow_mode_seconds: 3_600 } };
  const cara = await clickclack.client.signUp("Cara");
  await clickclack.operator.addMember(workspaceId, cara.user.id);
  await bob.client.ok("PATCH", `/api/channels/${slow.id}`, patience);
  const hers = await chatOf(cara.token, "slow");
  expect(await hers.chat.input("first")).toBe("done");
  expect(await hers.chat.input("second")).toBe("refused");
  expect(hers.errors.at(-1)).toMatch(/3[56]\d\d s/);
  await bob.client.ok("PATCH", `/api/channels/${slow.id}`, { body: { slow_mode_seconds: 1 } });
  expect(await hers.chat.input("third")).toBe("done");
  expect(await hers.chat.input("fourth")).toBe("done");
  expect(await hers.noted("slow down")).toContain("1 s");
  expect(hers.said).toEqual(["first", "third", "fourth"]);
});

it("a token that is revoked, and the end of membership, end the chat with the reason", async () => {
  const [dan, eve] = [await clickclack.client.signUp("Dan"), await clickclack.client.signUp("Eve")];
  for (const { user } of [dan, eve]) await clickclack.operator.addMember(workspaceId, user.id);
  const [his, hers] = [await chatOf(dan.token), await chatOf(eve.token)];
  await dan.client.ok("POST", "/api/auth/logout");
  await his.reach("ended");
  expect(his.chat.state).toMatchObject({ ending: "refused", reason: expect.stringContaining("signed in") });
  await clickclack.operator.removeMember(workspaceId, eve.user.id);
  await hers.reach("ended");
  const reason = expect.stringMatching(/you do not belong to Together .* any more/);
  expect(hers.chat.state).toMatchObject({ ending: "refused", reason });
  expect(await hers.chat.input("anybody?")).toBe("lost");
  expect(hers.errors.at(-1)).toBe("not sent: anybody?");
});

it("a chat that cannot begin says why", async () => {
  const end = async (options: {
    readonly url: string;
    readonly token?: string;
    readonly workspace?: string;
  }) => {
    const one = new ChatLog(new WorkspaceChat(options));
    one.chat.open();
    await one.reach("ended");
    return one.chat.state;
  };
  const { url } = clickclack;
  const fay = await clickclack.client.signUp("Fay");
  expect(await end({ url, token: "cct_nonsense" })).toMatchObject({ ending: "refused" });
  expect(await end({ url, token: fay.token })).toMatchObject({
    ending: "refused",
    reason: "you belong to no workspace",
  });
  expect(await end({ url, token: ada.token, workspace: "none" })).toMatchObject({
    ending: "refused",
    reason: expect.stringContaining("you belong to no workspace none; yours are: together"),
  });
  const nobody = "http://127.0.0.1:9";
  expect(await end({ url: nobody, token: ada.token })).toEqual({
    _tag: "ended",
    ending: "unreachable",
    reason: `no server answers at ${nobody}`,
  });
});
