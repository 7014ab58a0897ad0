import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PipedChat } from "../support/terminal/PipedChat.ts";
import { ScriptedChat } from "../support/terminal/ScriptedChat.ts";

let chat: ScriptedChat;
beforeEach(async () => void (chat = await ScriptedChat.start()));
afterEach(() => chat.stop());

const ada = (...args: ReadonlyArray<string>): PipedChat =>
  new PipedChat(["--url", chat.url, "--name", "ada", ...args]);
const MESSAGE = /^\[\d\d:\d\d:\d\d\] #lobby <ada> (.*)$/;

describe("a chat through pipes", () => {
  test("sends every line, prints messages as plain lines and nothing else, and ends with the input", async () => {
    const client = ada();
    const lines = Array.from({ length: 40 }, (_, n) => `line ${n}`);
    expect(await client.ended(`${lines.join("\n")}\n\n  \nlast without an end`)).toBe(0);
    const said = client.out.trimEnd().split("\n");
    expect(said.map((line) => MESSAGE.exec(line)?.[1])).toEqual([...lines, "last without an end"]);
    expect(client.err).toContain("connected as ada, in #lobby");
    // oxlint-disable-next-line no-control-regex
    expect(client.out + client.err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });

  test("goes to the room first, and says nothing elsewhere if that cannot be had", async () => {
    chat.answers.set("/join ops", (id) => [{ type: "ack", id, room: "ops", rooms: ["lobby", "ops"] }]);
    expect(await ada("--room", "#ops").ended("hi\n")).toBe(0);
    expect((await chat.client("ada")).typed).toEqual(["/join ops", "hi"]);
    const message = "there is no room ops; /create ops makes it";
    chat.answers.set("/join ops", (id) => ({ type: "error", code: "no_such_room", message, id }));
    const refused = ada("--room", "ops");
    expect(await refused.ended("hi\n")).toBe(1);
    expect((await chat.client("ada")).typed).toEqual(["/join ops"]);
    expect(refused.err).toContain(message);
    expect(refused.err).toContain("not sent: hi");
  });

  test("tells which line was refused, and fails for it after all others were sent", async () => {
    chat.answers.set("bad", (id) => ({ type: "error", code: "too_long", message: "that is too long", id }));
    const client = ada();
    expect(await client.ended("good\nbad\n/frobnicate\nbetter\n")).toBe(1);
    expect((await chat.client("ada")).typed).toEqual(["good", "bad", "better"]);
    for (const what of ["that is too long", "refused: bad", "/help", "refused: /frobnicate"])
      expect(client.err).toContain(what);
  });

  test("waits and sends again what came too soon, in the order of the input", async () => {
    let tries = 0;
    const message = "too fast: wait 0.2 s";
    chat.answers.set("soon", (id) =>
      ++tries < 3
        ? { type: "error", code: "rate_limited", message, id, retry_after: 0.05 }
        : [chat.message("ada", "soon"), { type: "ack", id }],
    );
    const client = ada();
    expect(await client.ended("soon\nlater\n")).toBe(0);
    expect((await chat.client("ada")).typed).toEqual(["soon", "soon", "soon", "later"]);
    expect(client.err).toContain(message);
  });

  test("comes back after a lost connection and sends the line that was not answered, once", async () => {
    chat.answers.set("lost", () => "silence");
    const client = ada();
    client.write("lost\n");
    await client.until("connected as ada");
    const before = await chat.client("ada");
    await expect.poll(() => before.typed).toEqual(["lost"]);
    await chat.stop();
    await client.until("connection lost, retrying in ");
    chat.answers.clear();
    await chat.startAgain();
    expect(await client.ended()).toBe(0);
    expect(client.err).toContain("reconnected");
    expect(client.out.match(/<ada> lost/g)).toHaveLength(1);
  });

  test("shows a message once that is told twice, and marks what was missed", async () => {
    const client = ada();
    const { send } = await chat.client("ada");
    const message = chat.message("bob", "once");
    send(message);
    send({ ...message, missed: true });
    send({ ...chat.message("bob", "while away"), missed: true });
    await client.until("while away");
    expect(await client.ended()).toBe(0);
    expect(client.out.match(/<bob> once/g)).toHaveLength(1);
    expect(client.out).toMatch(/^\[[\d:]+\] \(missed\) #lobby <bob> while away$/m);
  });

  test("gives hostile text no way to act, and ends quietly when nobody reads it any more", async () => {
    const client = ada();
    await client.until("connected as ada");
    chat.say("\u001b[2J", "a\u001b]0;owned\u0007\u202eb\r[12:00:00] #lobby <bob> forged");
    await client.until("forged");
    expect(client.out).toMatch(
      /^\[[\d:]+\] #lobby <\[2J> a\]0;ownedb\n {4}\[12:00:00\] #lobby <bob> forged$/m,
    );
    client.child.stdout!.destroy();
    chat.say("bob", "into nothing");
    chat.say("bob", "into nothing again");
    expect(await client.left()).toBe(0);
    expect(client.err).not.toMatch(/EPIPE|Error/);
  });

  test("ends with 2 for a name that is taken, 1 without a server, 143 by SIGTERM", async () => {
    const running = ada();
    await running.until("connected as ada");
    running.child.kill("SIGTERM");
    expect(await running.left()).toBe(143);
    chat.taken.add("ada");
    const taken = ada();
    expect(await taken.ended("hi\n")).toBe(2);
    expect(taken.err).toContain("clickclack chat: the name ada is taken");
    await chat.stop();
    const alone = ada();
    expect(await alone.ended("hi\n")).toBe(1);
    expect(alone.err).toMatch(/no server answers at http:\/\/127\.0\.0\.1:\d+: nothing listens there/);
    await chat.startAgain();
  });

  test("takes colour where it is forced, and no cursor", async () => {
    const client = new PipedChat(["--url", chat.url, "--name", "ada"], { FORCE_COLOR: "1" });
    expect(await client.ended("hi\n")).toBe(0);
    expect(client.out).toContain("\u001b[1mada");
    // oxlint-disable-next-line no-control-regex
    expect(client.out.replace(/\u001b\[\d+m/g, "")).not.toContain("\u001b");
  });
});
