import { describe, expect, test } from "vitest";
import { IrcLineClient } from "../support/IrcLineClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { freshName, TerminalSocket } from "../support/TerminalSocket.ts";
import { until } from "../support/until.ts";

const one = oneServer({ env: { TERMINAL_RATE_LIMIT: "off", IRC_LISTEN_ADDR: "127.0.0.1:0" } });
const join = (name = freshName(), hello: object = {}) =>
  TerminalSocket.join(one.server.webSocketUrl, name, hello);

const workspace = async () => (await one.client.ok("GET", "/api/workspaces")).workspaces[0]!;
const channelId = async (name: string) => {
  const { id } = await workspace();
  const { channels } = await one.client.ok("GET", `/api/workspaces/${id}/channels`);
  return channels.find((channel: { name: string }) => channel.name === name)!.id;
};

describe("rooms", () => {
  test("are made and entered, and what is said in one is shown in no other", async () => {
    const [ann, bob, room] = [await join(), await join(), freshName("room")];
    const made = await ann.type(`/create ${room}`);
    expect(made.at(-1)).toMatchObject({ type: "ack", room, rooms: ["lobby", room].toSorted() });
    await ann.type("in the room");
    await bob.type("in the lobby");
    expect(ann.of("message").map(({ room, text }) => [room, text])).toEqual([
      [room, "in the room"],
      ["lobby", "in the lobby"],
    ]);
    expect(bob.said).toEqual(["in the lobby"]);
    expect((await bob.type(`/join #${room}`)).at(-1)).toMatchObject({ type: "ack", room });
    await ann.frame(
      ({ type, username, room: where }) =>
        type === "joined" && username === bob.welcome.username && where === room,
      "bob's coming",
    );
    await bob.type("hello");
    expect(await ann.message("hello")).toMatchObject({ room });
    expect((await ann.type("/join lobby")).at(-1)).toMatchObject({ type: "ack", room: "lobby" });
    ann.close();
    bob.close();
  });

  test("are left one by one, but for the last", async () => {
    const [ann, bob, room] = [await join(), await join(), freshName("room")];
    expect(await ann.refused("/leave")).toMatchObject({ code: "only_room" });
    await ann.type(`/create ${room}`);
    await bob.type(`/join ${room}`);
    expect((await bob.type("/leave")).at(-1)).toMatchObject({ type: "ack", room: "lobby", rooms: ["lobby"] });
    await ann.frame(
      ({ type, room: where, username }) =>
        type === "left" && where === room && username === bob.welcome.username,
      "bob's going",
    );
    await ann.type("nobody hears");
    expect(bob.said).toEqual([]);
    expect(await ann.notices("/rooms")).toMatch(new RegExp(`#${room} 1 \\(current\\)`));
    ann.close();
    bob.close();
  });

  test("are left by name, and no other one", async () => {
    const [ann, room] = [await join(), freshName("room")];
    await ann.type(`/create ${room}`);
    expect(await ann.refused("/leave nowhere-at-all")).toMatchObject({ code: "not_in_room" });
    expect((await ann.type("/leave #Lobby")).at(-1)).toMatchObject({ type: "ack", room, rooms: [room] });
    expect(await ann.refused(`/leave ${room}`)).toMatchObject({ code: "only_room" });
    ann.close();
  });

  test("that are unknown are offered to be made; names that are none are refused", async () => {
    const ann = await join();
    const refused = await ann.refused("/join nowhere-at-all");
    expect(refused).toMatchObject({ code: "no_such_room" });
    expect(refused.message).toContain("/create nowhere-at-all");
    expect((await ann.refused("/join ##")).message).not.toContain("/create");
    for (const bad of ["/create", "/create !!", "/create two words more", "/create ok 0", "/create ok x"])
      expect((await ann.refused(bad)).code).toBe("bad_arguments");
    expect(await ann.refused("/create lobby")).toMatchObject({ code: "room_exists" });
    const { id } = await workspace();
    const secret = { name: freshName("secret"), kind: "private" };
    await one.client.ok("POST", `/api/workspaces/${id}/channels`, { body: secret });
    expect((await ann.refused(`/create ${secret.name}`)).message).not.toContain("/join");
    expect(await ann.refused("/join")).toMatchObject({ code: "bad_arguments" });
    expect(await ann.refused("/frobnicate x")).toMatchObject({ code: "unknown_command" });
    expect((await ann.refused("/frobnicate")).message).toContain("/help");
    ann.close();
  });

  test("with a capacity take that many, however many come at once", async () => {
    const room = freshName("small");
    const maker = await join();
    await maker.type(`/create ${room} 5`);
    const others = await Promise.all(Array.from({ length: 12 }, () => join()));
    const answers = await Promise.all(others.map(async (one) => (await one.type(`/join ${room}`)).at(-1)!));
    expect(answers.filter(({ type }) => type === "ack")).toHaveLength(4);
    expect(answers.flatMap(({ code }) => code ?? [])).toEqual(Array(8).fill("room_full"));
    expect((await maker.type("/users"))[0]!.users).toHaveLength(5);
    expect(await maker.notices("/rooms")).toContain(`#${room} 5/5`);
    const inside = others.find((_, at) => answers[at]!.type === "ack")!;
    inside.send({ type: "input", text: "/quit" });
    expect((await inside.end()).code).toBe(1000);
    const late = others.find((_, at) => answers[at]!.type === "error")!;
    await until(async () => (await late.type(`/join ${room}`)).at(-1)!.type === "ack", { what: "a seat" });
    for (const one of [maker, ...others]) one.close();
  });

  test("that a guest was in who dropped out make room for others", async () => {
    const room = freshName("seat");
    const [maker, ghost, other] = [await join(), await join(), await join()];
    await maker.type(`/create ${room} 2`);
    await ghost.type(`/join ${room}`);
    expect((await other.refused(`/join ${room}`)).code).toBe("room_full");
    await ghost.cut();
    await until(async () => (await other.type(`/join ${room}`)).at(-1)!.type === "ack", { what: "a seat" });
    maker.close();
    other.close();
  });

  test("are as others make them: whoever is taken out of one hears so, and is in the lobby", async () => {
    const room = freshName("kick");
    const { id } = await workspace();
    const ann = await join();
    await ann.type(`/create ${room}`);
    const mallory = await join();
    await mallory.type(`/join ${room}`);
    await mallory.type("/join lobby");
    await mallory.type("/leave");
    const { members } = await one.client.ok("GET", `/api/workspaces/${id}/members`);
    const user = members.find(
      ({ user }: { user: { handle: string } }) => user.handle === mallory.welcome.username,
    )!.user;
    const channel = await channelId(room);
    await one.operator.send(id, { type: "RemoveChannelMember", channelId: channel, userId: user.id });
    await mallory.frame(({ text }) => text === `you were taken out of #${room}`, "a notice");
    const home = await mallory.frame(({ text }) => text === "you are in #lobby now", "a notice");
    expect(home).toMatchObject({ room: "lobby", rooms: ["lobby"] });
    await one.operator.send(id, { type: "AddChannelMember", channelId: channel, userId: user.id });
    const added = await mallory.frame(({ text }) => text === `you were added to #${room}`, "a notice");
    expect(added).toMatchObject({ room: "lobby", rooms: [room, "lobby"].toSorted() });
    await one.operator.send(id, { type: "RemoveChannelMember", channelId: channel, userId: user.id });
    const outs = ({ rooms, text }: { rooms?: unknown; text?: string }) =>
      text === `you were taken out of #${room}` && rooms !== undefined;
    expect(await mallory.frame(outs, "a notice")).toMatchObject({ room: "lobby", rooms: ["lobby"] });
    await ann.type("without mallory");
    expect((await mallory.type("/users")).at(-1)).toMatchObject({ type: "ack", room: "lobby" });
    expect(mallory.said).toEqual([]);
    ann.close();
    mallory.close();
  });

  test("that somebody enters or leaves by one terminal are told to the others", async () => {
    const { id } = await workspace();
    const { user, token } = await one.client.signUp(freshName("two"));
    await one.operator.addMember(id, user.id);
    const [first, second] = [await join(user.handle, { token }), await join(user.handle, { token })];
    const room = freshName("both");
    expect((await first.type(`/create ${room}`)).map(({ type }) => type)).toEqual(["notice", "ack"]);
    const entered = await second.frame(({ text }) => text === `you entered #${room} elsewhere`, "a notice");
    expect(entered).toMatchObject({ room: "lobby", rooms: [room, "lobby"].toSorted() });
    await second.type(`/join ${room}`);
    expect((await first.type("/leave")).map(({ type }) => type)).toEqual(["notice", "ack"]);
    const left = await second.frame(({ text }) => text === `you left #${room} elsewhere`, "a notice");
    expect(left).toMatchObject({ room: "lobby", rooms: ["lobby"] });
    expect(first.of("notice").filter(({ text }) => text!.includes("elsewhere"))).toEqual([]);
    first.close();
    second.close();
  });
});

describe("people", () => {
  test("of a room are listed, and whoever goes is listed no more", async () => {
    const [ann, bob, room] = [await join(), await join(), freshName("room")];
    await ann.type(`/create ${room}`);
    await bob.type(`/join ${room}`);
    const names = [ann.welcome.username!, bob.welcome.username!].toSorted((a, b) => (a < b ? -1 : 1));
    expect((await ann.type("/users"))[0]).toEqual({ type: "users", room, users: names });
    expect((await bob.type("/NAMES"))[0]).toEqual({ type: "users", room, users: names });
    expect(await ann.notices(`/who ${names[0]}`)).toContain(`#${room}`);
    expect(await ann.notices("/who")).toContain(`${bob.welcome.username} in`);
    await bob.cut();
    await ann.frame(({ type, room: where }) => type === "left" && where === room, "bob's going");
    expect((await ann.type("/users"))[0]!.users).toEqual([ann.welcome.username]);
    expect(await ann.refused("/who nobody-is-called-so")).toMatchObject({ code: "no_such_user" });
    ann.close();
  });

  test("say something to one alone", async () => {
    const [ann, bob, eve] = [await join(), await join(), await join()];
    await ann.type(`/msg ${bob.welcome.username} psst`);
    expect(await bob.message("psst")).toMatchObject({
      username: ann.welcome.username,
      direct: ann.welcome.username,
      room: `@${ann.welcome.username}`,
    });
    expect(await ann.message("psst")).toMatchObject({ direct: bob.welcome.username });
    await eve.type("/users");
    expect(eve.said).toEqual([]);
    expect(await ann.refused("/msg")).toMatchObject({ code: "bad_arguments" });
    expect(await ann.refused("/msg nobody-is-called-so hi")).toMatchObject({ code: "no_such_user" });
    for (const one of [ann, bob, eve]) one.close();
  });

  test("say what they do", async () => {
    const ann = await join();
    await ann.type("/me waves");
    expect(await ann.message("waves")).toMatchObject({ action: true, username: ann.welcome.username });
    expect(await ann.refused("/me ")).toMatchObject({ code: "empty" });
    ann.close();
  });

  test("take another name, and free the one before", async () => {
    const [ann, bob] = [await join(), await join()];
    const [before, now] = [ann.welcome.username!, freshName("New")];
    expect((await ann.type(`/nick ${now}`)).at(-1)).toMatchObject({ type: "ack", username: now });
    const known = await bob.frame(({ text }) => text === `${before} is now known as ${now}`, "a notice");
    expect(known).toMatchObject({ renamed: { from: before, to: now } });
    await ann.type("by another name");
    expect(await bob.message("by another name")).toMatchObject({ username: now });
    expect(await bob.refused(`/nick ${now.toUpperCase()}`)).toMatchObject({ code: "username_taken" });
    expect(await bob.refused("/nick no spaces")).toMatchObject({ code: "bad_username" });
    const third = await join(before);
    expect(third.welcome.username).toBe(before);
    expect((await ann.type("/users"))[0]!.users).toEqual(expect.arrayContaining([now, before]));
    for (const one of [ann, bob, third]) one.close();
  });

  test("take the name of a guest who is gone, whose account is called otherwise then", async () => {
    const [ann, bob] = [await join(), await join()];
    const name = bob.welcome.username!;
    await bob.type("by bob");
    await bob.cut();
    expect((await ann.type(`/nick ${name.toUpperCase()}`)).at(-1)).toMatchObject({
      type: "ack",
      username: name.toUpperCase(),
    });
    await ann.type("by ann");
    expect(await ann.message("by ann")).toMatchObject({ username: name.toUpperCase() });
    const back = await join(name, { resume: bob.resume });
    expect(back.frames[0]).toMatchObject({ code: "username_taken" });
    const { messages } = await one.client.list(await channelId("lobby"), "?limit=2");
    const [before, after] = messages.map(({ author }) => author!.handle);
    expect(before).toMatch(new RegExp(`^${name}-`));
    expect(after).toBe(name);
    ann.close();
    await ann.end();
    await until(async () => (await join(name)).welcome, { what: "the name to be free" });
  });

  test("read the commands", async () => {
    const ann = await join();
    const text = await ann.notices("/help");
    for (const command of ["/rooms", "/join", "/leave", "/users", "/help", "/create", "/quit"])
      expect(text).toContain(command);
    expect((await ann.type("/quit")).map(({ type }) => type)).toEqual(["notice", "ack"]);
    expect(await ann.end()).toMatchObject({ code: 1000 });
  });

  test("ask what was said before, and it is never taken for new", async () => {
    const room = freshName("past");
    const ann = await join();
    await ann.type(`/create ${room}`);
    for (const text of ["one", "two", "three"]) await ann.type(text);
    const bob = await join();
    await bob.type(`/join ${room}`);
    expect(bob.said).toEqual([]);
    const told = (await bob.type("/history 2")).slice(0, -1);
    expect(told).toMatchObject([
      { type: "message", text: "two", history: true, room },
      { text: "three", history: true, username: ann.welcome.username },
    ]);
    expect((await bob.refused("/history x")).code).toBe("bad_arguments");
    ann.close();
    bob.close();
  });
});

describe("other surfaces", () => {
  test("hear what is said here, and are heard", async () => {
    const ann = await join(undefined, { wants: ["typing", "changes"] });
    const plain = await join();
    const id = await channelId("lobby");
    await ann.type("from a terminal");
    const { messages } = await one.client.list(id, "?limit=5");
    expect(messages.at(-1)).toMatchObject({
      body: "from a terminal",
      author: { handle: ann.welcome.username },
    });
    const { message: root } = await one.client.post(id, "from a browser");
    expect(await ann.message("from a browser")).toMatchObject({ id: root.id, room: "lobby" });
    await one.client.ok("POST", `/api/messages/${root.id}/thread/replies`, { body: { body: "a reply" } });
    expect(await ann.message("a reply")).toMatchObject({ thread: root.id });
    await one.client.ok("PATCH", `/api/messages/${root.id}`, { body: { body: "edited" } });
    await ann.frame(({ type, text }) => type === "edited" && text === "edited", "the edit");
    await one.client.ok("DELETE", `/api/messages/${root.id}`);
    await ann.frame(({ type, id }) => type === "deleted" && id === root.id, "the deletion");
    plain.send({ type: "typing" });
    await ann.frame(
      ({ type, username }) => type === "typing" && username === plain.welcome.username,
      "somebody typing",
    );
    await plain.type("/users");
    expect(new Set(plain.frames.map(({ type }) => type))).not.toContain("edited");
    ann.close();
    plain.close();
  });

  test("over IRC are the same rooms, with the same people in them", async () => {
    const [ann, nick, room] = [await join(), freshName("irc"), freshName("room")];
    await ann.type(`/create ${room}`);
    const irc = await IrcLineClient.join((await one.server.runFile()).irc!, nick);
    await irc.sync(`JOIN #${room}`);
    await ann.frame(
      ({ type, username, room: where }) => type === "joined" && username === nick && where === room,
      "IRC's coming",
    );
    irc.send(`PRIVMSG #${room} :from irc`);
    expect(await ann.message("from irc")).toMatchObject({ username: nick, room });
    await ann.type("from a terminal");
    await irc.expect(new RegExp(`^:${ann.welcome.username}!.* PRIVMSG #${room} :from a terminal$`));
    irc.send(`PRIVMSG #${room} :\u0001ACTION waves\u0001`);
    expect(await ann.message("waves")).toMatchObject({ action: true });
    expect((await ann.type("/users"))[0]!.users).toEqual(
      [ann.welcome.username!, nick].toSorted((a, b) => (a < b ? -1 : 1)),
    );
    expect((await join(nick)).frames[0]).toMatchObject({ code: "username_taken" });
    irc.end();
    await ann.frame(({ type, username }) => type === "left" && username === nick, "IRC's going");
    ann.close();
  });
});
