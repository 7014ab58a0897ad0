import { WorkspaceChat } from "@clickclack/terminal/workspace/WorkspaceChat";
import { WORKSPACE_COMMANDS } from "@clickclack/terminal/workspace/workspaceCommands";
import { afterAll, beforeAll, expect, it } from "vitest";
import { oneServer } from "../support/oneServer.ts";
import { ChatLog } from "../support/terminal/ChatLog.ts";
import type { Person } from "../support/TwoGateways.ts";
import { until } from "../support/until.ts";

const clickclack = oneServer();

let ada: Person & { readonly token: string };
let bob: Person & { readonly token: string };
let workspaceId = "";
let slug = "";
let log: ChatLog<WorkspaceChat>;
let seq = 0;

/** A word that was not said before. */
const word = (start: string) => `${start}-${++seq}`;

beforeAll(async () => {
  const { client, operator } = clickclack;
  ada = await client.signUp("Ada");
  bob = await client.signUp("Bob");
  const workspace = await ada.client.createWorkspace("Commands");
  ({ id: workspaceId, slug } = workspace);
  await operator.addMember(workspaceId, bob.user.id);
  await ada.client.ok("POST", `/api/workspaces/${workspaceId}/channels`, { body: { name: "general" } });
  const { url } = clickclack;
  log = await new ChatLog(new WorkspaceChat({ url, token: ada.token, workspace: slug })).connect();
  await until(() => log.chat.room === "general", { what: "the room" });
});
afterAll(() => log?.chat.close());

const type = async (line: string) => expect([line, await log.chat.input(line)]).toEqual([line, "done"]);
const refused = async (line: string) => {
  const before = log.errors.length;
  expect(await log.chat.input(line)).toBe("refused");
  return log.errors.slice(before).join("\n");
};
const channels = async () =>
  (await ada.client.ok("GET", `/api/workspaces/${workspaceId}/channels`)).channels as ReadonlyArray<{
    id: string;
    name: string;
    kind: string;
    is_member: boolean;
    display_title?: string;
  }>;
const channelNow = async () => (await channels()).find(({ name }) => name === log.chat.room)!;

it("what is typed is said once, and shown before its answer", async () => {
  const text = word("hello");
  await type(text);
  expect(log.messages.filter((message) => message.text === text)).toMatchObject([
    { username: ada.user.handle, room: "general", missed: false, history: false },
  ]);
  await type(`//${text}`);
  expect(log.messages.at(-1)).toMatchObject({ text: `/${text}` });
  await type(`/me waves ${text}`);
  expect(log.messages.at(-1)).toMatchObject({ text: `waves ${text}`, action: true });
  expect(log.chat.pending).toBe(0);
});

it("unknown commands and wrong arguments are refused with what helps, and never said", async () => {
  const before = log.messages.length;
  expect(await refused("/frobnicate now")).toContain("/help");
  expect(await refused("/dm")).toContain("/dm <user>");
  expect(await refused("/thread x y")).toContain("/thread [n|id|close]");
  expect(await refused("/history none")).toContain("/history [n]");
  expect(await refused("   ")).toContain("nothing to say");
  expect(await refused("/join nowhere")).toContain("/create nowhere");
  expect(await refused("/dm nobody-here")).toContain("nobody here is called nobody-here");
  expect(log.messages).toHaveLength(before);
});

it("every command of the table is carried out, and help lists it", async () => {
  await type("/help");
  for (const { usage } of WORKSPACE_COMMANDS) expect(log.notices.at(-1)).toContain(usage);
  for (const { name } of WORKSPACE_COMMANDS.filter(({ name }) => name !== "quit")) {
    await log.chat.input(`/${name} \u0001`);
    expect(log.errors.at(-1) ?? "").not.toContain("there is no command");
  }
});

it("rooms are made, entered, left, and listed", async () => {
  await type("/create ops");
  expect(log.all("notice").at(-1)).toEqual({ _tag: "notice", text: "you are in #ops now", room: "ops" });
  expect([log.chat.room, log.chat.rooms]).toEqual(["ops", expect.arrayContaining(["general", "ops"])]);
  expect(await refused("/create ops")).toContain("there is a channel named ops already");
  await type("/create vault private");
  expect(await channelNow()).toMatchObject({ kind: "private", is_member: true });
  await type("/leave");
  expect(log.all("notice").at(-1)).toMatchObject({
    text: `you left #vault; you are in #${log.chat.room} now`,
    room: log.chat.room,
  });
  expect(log.chat.rooms).not.toContain("vault");
  await bob.client.ok("POST", `/api/workspaces/${workspaceId}/channels`, { body: { name: "bobs" } });
  await type("/rooms");
  expect(log.notices.at(-1)).toMatch(/#bobs \(not entered\)/);
  await type("/join #BOBS");
  expect(log.chat.room).toBe("bobs");
  expect(await channelNow()).toMatchObject({ is_member: true });
  await type("/leave");
  expect(log.chat.room).not.toBe("bobs");
  await type("/join general");
});

it("switching shows what was said there before, once, and marks it read", async () => {
  const body = { name: word("read") };
  const path = `/api/workspaces/${workspaceId}/channels`;
  const { channel } = await bob.client.ok("POST", path, { body });
  const [first, second] = [word("first"), word("second")];
  await bob.client.post(channel.id, first);
  await type(`/join ${channel.name}`);
  expect(await log.saw(first)).toMatchObject({ history: true, room: channel.name });
  await type("/join general");
  await bob.client.post(channel.id, `${second} for @${ada.user.handle}`);
  await log.saw(`${second} for @${ada.user.handle}`);
  await until(() => log.chat.unreadIn(channel.name).messages === 1, { what: "an unread message" });
  expect(log.chat.unreadIn(channel.name)).toEqual({ messages: 1, mentions: 1 });
  await type(`/join ${channel.name}`);
  expect(log.chat.unreadIn(channel.name)).toEqual({ messages: 0, mentions: 0 });
  const read = async () => (await ada.client.ok("GET", path)).channels;
  await until(
    async () => (await read()).find(({ id }: { id: string }) => id === channel.id).unread_count === 0,
    {
      what: "the server to know",
    },
  );
  expect(log.messages.filter(({ text }) => text === first)).toHaveLength(1);
  await type("/history 1");
  expect(log.messages.at(-1)).toMatchObject({ text: expect.stringContaining(second), history: true });
  await type("/join general");
});

it("messages are edited, deleted and reacted to, by their number from the newest", async () => {
  const [one, two] = [word("one"), word("two")];
  await type(one);
  await type(two);
  await type(`/edit ${two} changed`);
  expect(log.all("changed").at(-1)?.message).toMatchObject({ text: `${two} changed`, edited: true });
  await type(`/edit 2 ${one} changed`);
  expect(log.all("changed").at(-1)?.message).toMatchObject({ text: `${one} changed` });
  await type("/react 👍 2");
  expect(log.all("changed").at(-1)?.message).toMatchObject({
    text: `${one} changed`,
    reactions: [{ emoji: "👍", count: 1, own: true }],
  });
  await type("/react 👍 2");
  expect(log.all("changed").at(-1)?.message.reactions).toBeUndefined();
  const { id } = log.messages.find(({ text }) => text === two)!;
  await type("/delete");
  expect(log.all("removed").at(-1)).toMatchObject({ id, room: "general" });
});

it("a thread is opened, answered in by plain text, and closed", async () => {
  const [root, answer, aside] = [word("root"), word("answer"), word("aside")];
  await type(root);
  expect(await refused("/reply too early")).toContain("no thread is open");
  await type("/thread 1");
  expect(log.chat.thread).toMatchObject({ root: { text: root }, replies: [] });
  await type(answer);
  expect(log.chat.thread).toMatchObject({ root: { replies: 1 }, replies: [{ text: answer }] });
  const { id } = log.chat.thread!.root;
  expect(log.messages.at(-1)).toMatchObject({ text: answer, thread: id });
  await type(`/say ${aside}`);
  expect(log.messages.at(-1)).toMatchObject({ text: aside });
  expect(log.messages.at(-1)).not.toHaveProperty("thread");
  await type("/edit better");
  expect(log.chat.thread?.replies).toMatchObject([{ text: "better" }]);
  await type("/thread close");
  expect(log.chat.thread).toBeUndefined();
  await type("/thread");
  expect(log.chat.thread?.root.id).toBe(id);
  await type("/thread close");
  await type(`/thread ${id.slice(-8)}`);
  expect(log.chat.thread?.root.id).toBe(id);
  await type("/delete");
  expect(log.chat.thread?.replies).toEqual([]);
  await type("/join general");
  await type("/thread close");
});

it("conversations are rooms named after who is in them", async () => {
  const [quiet, loud] = [word("quiet"), word("loud")];
  const name = `@${bob.user.handle}`;
  await type(`/msg ${bob.user.handle} ${quiet}`);
  expect(log.chat.room).toBe("general");
  expect(await log.saw(quiet)).toMatchObject({ room: name });
  await type(`/dm ${name} ${loud}`);
  expect([log.chat.room, log.chat.rooms]).toEqual([name, expect.arrayContaining([name])]);
  expect(await log.saw(loud)).toMatchObject({ room: name, history: false });
  expect(
    log.chat
      .peopleIn(name)
      .map(({ username }) => username)
      .toSorted(),
  ).toEqual([ada.user.handle, bob.user.handle].toSorted());
  expect(await refused("/topic x")).toContain("no topic");
  await type("/leave");
  expect(log.chat.rooms).not.toContain(name);
  // What is said there brings it back.
  const again = word("again");
  const open = { workspace_id: workspaceId, member_ids: [ada.user.id] };
  const { conversation } = await bob.client.ok("POST", "/api/dms", { body: open });
  await bob.client.ok("POST", `/api/dms/${conversation.id}/messages`, { body: { body: again } });
  expect(await log.saw(again)).toMatchObject({ room: name });
  expect(log.chat.rooms).toContain(name);
  await type("/join general");
});

it("what was said is found by its words, as history", async () => {
  const needle = word("needle").replace("-", "");
  await type(`a ${needle} in the hay`);
  await until(
    async () => {
      await type(`/search ${needle}`);
      return log.messages.at(-1)?.history && log.messages.at(-1)?.text.includes(needle);
    },
    { what: "the needle" },
  );
  await type("/search nowheretobefound");
  expect(log.notices.at(-1)).toContain("nothing");
});

it("what was found elsewhere is shown where one is, and again in its place by whoever goes there", async () => {
  const needle = word("elsewhere").replace("-", "");
  const path = `/api/workspaces/${workspaceId}/channels`;
  const { channel } = await bob.client.ok("POST", path, { body: { name: word("shed") } });
  await bob.client.post(channel.id, needle);
  const found = () => log.messages.findLast(({ text }) => text === needle);
  await until(
    async () => {
      await type(`/search ${needle}`);
      return found();
    },
    { what: "what was found" },
  );
  expect(found()).toMatchObject({ room: channel.name, found: true });
  await type(`/join ${channel.name}`);
  expect(found()).toMatchObject({ room: channel.name, history: true });
  expect(found()).not.toHaveProperty("found");
  await type("/join general");
});

it("people and topics are told", async () => {
  await type("/users");
  expect(log.all("users").at(-1)).toEqual({ _tag: "users", room: "general", users: [ada.user.handle] });
  expect(log.chat.peopleIn("general")).toEqual([{ username: ada.user.handle, online: true }]);
  await type("/who");
  expect(log.notices.at(-1)).toContain(ada.user.handle);
  await type(`/who ${bob.user.handle}`);
  expect(log.notices.at(-1)).toMatch(/Bob, not connected/);
  await type("/topic what we talk of");
  expect(log.chat.topicOf("general")).toBe("what we talk of");
  await type("/topic");
  expect(log.notices.at(-1)).toBe("topic: what we talk of");
});

it("a handle is changed, unless another has it", async () => {
  expect(await refused(`/nick ${bob.user.handle}`)).not.toBe("");
  const handle = `ada${crypto.randomUUID().slice(0, 8)}`;
  await type(`/nick ${handle}`);
  expect(log.chat.username).toBe(handle);
  const text = word("renamed");
  await type(text);
  expect(await log.saw(text)).toMatchObject({ username: handle });
});

it("another workspace is another place; its room comes back on return", async () => {
  const other = await ada.client.createWorkspace("Other");
  await type("/join ops");
  await type("/workspace");
  expect(log.notices.at(-1)).toContain(`${slug}: `);
  expect(await refused("/workspace nowhere")).toContain("you belong to no workspace nowhere");
  await type(`/workspace ${other.slug}`);
  expect([log.chat.place, log.chat.rooms, log.chat.room]).toEqual([other.name, [], ""]);
  expect(await refused("hello?")).toContain("you are in no room");
  await type("/create den");
  await type("first here");
  expect(log.messages.at(-1)).toMatchObject({ text: "first here", room: "den" });
  await type(`/workspace ${slug}`);
  expect([log.chat.room, log.chat.state]).toEqual(["ops", { _tag: "connected", again: false }]);
  await type("/join general");
});
