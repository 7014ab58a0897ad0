import { describe, expect, test } from "vitest";
import { oneServer } from "../support/oneServer.ts";
import { freshName, TerminalSocket } from "../support/TerminalSocket.ts";
import { until } from "../support/until.ts";

const one = oneServer({ env: { TERMINAL_RATE_LIMIT: "off" } });
const join = (name = freshName(), hello: object = {}) =>
  TerminalSocket.join(one.server.webSocketUrl, name, hello);
const nameOf = (client: TerminalSocket) => client.welcome.username!;
const lastOf = (client: TerminalSocket) => client.of("message").at(-1)!.id!;

const lobbyId = async (): Promise<string> => {
  const { id } = (await one.client.ok("GET", "/api/workspaces")).workspaces[0]!;
  const { channels } = await one.client.ok("GET", `/api/workspaces/${id}/channels`);
  return channels.find(({ name }: { name: string }) => name === "lobby")!.id;
};

/** Two in a room of their own, which is current. */
const pair = async () => {
  const [ann, bob, room] = [await join(), await join(), freshName("room")];
  await ann.type(`/create ${room}`);
  await bob.type(`/join ${room}`);
  return { ann, bob, room };
};

describe("a connection that was lost is taken up again", () => {
  test("with name, rooms and current room, and what was said meanwhile once and marked", async () => {
    const { ann, bob, room } = await pair();
    const other = freshName("other");
    await bob.type(`/create ${other}`);
    await bob.type(`/join ${room}`);
    await ann.type("seen");
    await bob.message("seen");
    await bob.cut();
    for (const text of ["missed 1", "missed 2"]) await ann.type(text);
    const again = await join(nameOf(bob), { resume: bob.resume, last: lastOf(bob) });
    expect(again.welcome).toMatchObject({ username: nameOf(bob), room });
    expect([...again.welcome.rooms!]).toEqual(["lobby", other, room].toSorted());
    await ann.type("live");
    await again.message("live");
    expect(again.of("message").map(({ text, missed = false }) => [text, missed])).toEqual([
      ["missed 1", true],
      ["missed 2", true],
      ["live", false],
    ]);
    expect(again.of("notice")).toEqual([]);
  });

  test("without the last message's id, from what was answered by sending anything", async () => {
    const { ann, bob } = await pair();
    await ann.type("before");
    await bob.message("before");
    await bob.type("/users");
    await ann.type("after");
    await bob.message("after");
    await bob.cut();
    const again = await join(nameOf(bob), { resume: bob.resume });
    await again.type("/users");
    expect(again.said).toEqual(["after"]);
  });

  test("from the last message that was shown, though the token is newer", async () => {
    const { ann, bob } = await pair();
    for (const text of ["shown", "not shown", "nor this"]) await ann.type(text);
    const { id: last } = await bob.message("shown");
    await bob.message("nor this");
    await bob.type("/users");
    await ann.type("after");
    await bob.cut();
    const again = await join(nameOf(bob), { resume: bob.resume, last });
    await again.type("/users");
    expect(again.said).toEqual(["not shown", "nor this", "after"]);
  });

  test("by its token alone, without saying the name again", async () => {
    const { bob, room } = await pair();
    await bob.cut();
    const again = await TerminalSocket.open(one.server.webSocketUrl);
    again.send({ type: "hello", resume: bob.resume });
    await again.frame(({ type }) => type === "welcome", "a welcome");
    expect(again.welcome).toMatchObject({ username: nameOf(bob), room });
  });

  test("by an older token: with the rooms entered since, and nothing that was said there before", async () => {
    const [ann, bob, room] = [await join(), await join(), freshName("room")];
    await ann.type(`/create ${room}`);
    await ann.type("before bob");
    await bob.type(`/join ${room}`);
    await bob.type("with bob");
    await bob.cut();
    await ann.type("without bob");
    const again = await join(nameOf(bob), { resume: bob.welcome.resume });
    expect(again.welcome.rooms).toEqual(["lobby", room].toSorted());
    await again.type("/users");
    expect(again.said).toEqual(["with bob", "without bob"]);
    await ann.type("live");
    await again.message("live");
  });

  test("with no more at once than a socket may hold, and a word about the rest", async () => {
    const client = await join();
    await client.cut();
    const lobby = await lobbyId();
    // 12 MB, which is more than waits for any socket.
    const long = "\u{20ac}".repeat(39_000);
    for (let n = 0; n < 100; n++) await one.client.post(lobby, `${n} ${long}`);
    const again = await join(nameOf(client), { resume: client.resume });
    await again.type("/users");
    expect(again.said.at(-1)).toMatch(/^99 /);
    expect(again.said.length).toBeLessThan(20);
    expect(again.of("notice").map(({ text }) => text)).toEqual([expect.stringContaining("/history")]);
    const told = await again.type("/history 100");
    expect(told.filter(({ history }) => history).length).toBeLessThan(20);
    expect(told.find(({ type }) => type === "notice")!.text).toContain("too long");
  });

  test("by a token that came with a message, which is not told twice", async () => {
    const client = await join();
    const lobby = await lobbyId();
    const from = client.frames.length;
    // A listener gets a new token every few hundred events.
    for (let n = 0; !client.frames.slice(from).some(({ resume }) => resume); n++) {
      expect(n).toBeLessThan(1_000);
      await one.client.post(lobby, `post ${n}`);
    }
    const { resume, text } = client.frames.slice(from).find((frame) => frame.resume)!;
    await client.cut();
    const again = await join(nameOf(client), { resume });
    await again.type("/users");
    expect(again.said).not.toContain(text);
  });

  test("while the old connection still hangs: it is over then", async () => {
    const { bob, room } = await pair();
    const again = await join(nameOf(bob), { resume: bob.resume });
    expect(again.welcome).toMatchObject({ username: nameOf(bob), room });
    expect((await bob.end()).code).toBe(4003);
    expect((await again.type("I am here")).at(-1)).toMatchObject({ type: "ack" });
    const { users } = (await again.type("/users"))[0]!;
    expect(users).toContain(nameOf(bob));
  });

  test("and what was typed is done once, though it is sent again", async () => {
    const { ann, bob, room } = await pair();
    const before = bob.resume;
    await bob.type("once", "a");
    await bob.type("/me waves", "b");
    await bob.type("/leave", "c");
    await bob.cut();
    // As if none of the answers had come.
    const again = await join(nameOf(bob), { resume: before });
    expect(again.welcome.room).toBe(room);
    await again.type("once", "a");
    await again.type("/me waves", "b");
    expect((await again.type("/leave", "c")).at(-1)).toMatchObject({ type: "ack", room: "lobby" });
    await ann.type("the end");
    expect(ann.said).toEqual(["once", "waves", "the end"]);
    expect(again.of("message").map(({ text, missed }) => [text, missed])).toEqual([
      ["once", true],
      ["waves", true],
    ]);
  });

  test("without what was deleted, and as it was edited, meanwhile", async () => {
    const client = await join();
    const lobby = await lobbyId();
    await client.cut();
    const posts = [];
    for (const text of ["gone", "changed"]) posts.push((await one.client.post(lobby, text)).message.id);
    await one.client.ok("DELETE", `/api/messages/${posts[0]}`);
    await one.client.ok("PATCH", `/api/messages/${posts[1]}`, { body: { body: "as it is now" } });
    const again = await join(nameOf(client), { resume: client.resume });
    await again.type("/users");
    expect(again.said).toEqual(["as it is now"]);
  });

  test("after a new name that the client never heard of", async () => {
    const client = await join();
    const before = nameOf(client);
    await client.type(`/nick ${freshName("new")}`);
    await client.cut();
    const again = await join(before, { resume: client.resume });
    expect(again.welcome.username).not.toBe(before);
  });
});

describe("a resume token", () => {
  test("that was tampered with, or is another's, restores nothing", async () => {
    const { ann, bob, room } = await pair();
    const token = bob.resume;
    const middle = token.length >> 1;
    const changed = token.slice(0, middle) + (token[middle] === "A" ? "B" : "A") + token.slice(middle + 1);
    // The name is in use, and this proves nothing.
    expect((await join(nameOf(bob), { resume: changed })).frames[0]).toMatchObject({
      code: "username_taken",
    });
    const eve = await join(freshName("eve"), { resume: token });
    expect(eve.welcome.rooms).toEqual(["lobby"]);
    await eve.frame(({ type, text }) => type === "notice" && text!.includes("begin anew"), "a notice");
    await ann.type("for the room alone");
    await bob.message("for the room alone");
    await eve.type("/users");
    expect(eve.said).toEqual([]);
    expect(bob.closed).toBeUndefined();
    for (const junk of ["x", "", "a".repeat(8_000)]) {
      const client = await join(freshName(), { resume: junk });
      expect(client.welcome.rooms).toEqual(["lobby"]);
    }
    expect(room).not.toBe("lobby");
  });

  test("is worth nothing once somebody else came by the name", async () => {
    const { ann, bob, room } = await pair();
    const token = bob.resume;
    await bob.cut();
    const name = nameOf(bob);
    const second = await until(
      async () => {
        const client = await join(name);
        return client.of("welcome").length > 0 && client;
      },
      { what: "the name to be free" },
    );
    expect(second.welcome.rooms).toEqual(["lobby"]);
    expect((await join(name, { resume: token })).frames[0]).toMatchObject({ code: "username_taken" });
    await ann.type(`said in ${room}`);
    await second.type("/users");
    expect(second.said).toEqual([]);
    expect((await ann.type("/users"))[0]!.users).toEqual([nameOf(ann)]);
  });
});

describe("a killed server", () => {
  test("is found again with nothing lost and nothing twice", async () => {
    const { ann, bob, room } = await pair();
    for (let n = 0; n < 5; n++) await ann.type(`before ${n}`);
    await bob.message("before 4");
    await one.server.kill();
    await Promise.all([ann.end(), bob.end()]);
    await one.server.start();
    const annAgain = await join(nameOf(ann), { resume: ann.resume, last: lastOf(ann) });
    expect(annAgain.welcome).toMatchObject({ username: nameOf(ann), room });
    for (let n = 0; n < 5; n++) await annAgain.type(`after ${n}`);
    const bobAgain = await join(nameOf(bob), { resume: bob.resume, last: lastOf(bob) });
    await annAgain.type("live");
    await bobAgain.message("live");
    expect([...bob.said, ...bobAgain.said]).toEqual([
      ...[0, 1, 2, 3, 4].map((n) => `before ${n}`),
      ...[0, 1, 2, 3, 4].map((n) => `after ${n}`),
      "live",
    ]);
    // A guest who lost its token with its server gets its name back all the same.
    expect((await join(nameOf(ann))).frames[0]).toMatchObject({ code: "username_taken" });
  });

  test("holds no names of those who do not come back", async () => {
    const client = await join();
    await one.server.kill();
    await one.server.start();
    expect((await join(nameOf(client))).welcome.rooms).toEqual(["lobby"]);
  });
});
