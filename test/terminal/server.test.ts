import { describe, expect, test } from "vitest";
import { oneServer } from "../support/oneServer.ts";
import { freshName, TerminalSocket } from "../support/TerminalSocket.ts";
import { until } from "../support/until.ts";

const one = oneServer({ env: { TERMINAL_RATE_LIMIT: "off" } });
const join = (name = freshName(), hello: object = {}) =>
  TerminalSocket.join(one.server.webSocketUrl, name, hello);

describe("coming", () => {
  test("lands in the lobby, and a first message reaches everybody there with its room, name and time", async () => {
    const [ann, bob] = [freshName("Ann"), freshName("bob")];
    const first = await join(ann);
    expect(first.welcome).toMatchObject({ username: ann, rooms: ["lobby"], room: "lobby" });
    const second = await join(bob);
    await first.frame(({ type, username }) => type === "joined" && username === bob, "bob's coming");
    const answers = await second.type("hello, all");
    expect(answers.map(({ type }) => type)).toEqual(["message", "ack"]);
    const message = await first.message("hello, all");
    expect(message).toMatchObject({ username: bob, room: "lobby" });
    expect(Date.now() - Date.parse(message.ts!)).toBeLessThan(60_000);
    expect(answers[0]).toEqual(message);
    second.close();
    await first.frame(({ type, username }) => type === "left" && username === bob, "bob's going");
    expect(first.of("joined").filter(({ username }) => username === ann)).toEqual([]);
    first.close();
  });

  test("takes a name from the address, and raw clients without ids", async () => {
    const name = freshName();
    const client = await TerminalSocket.open(one.server.webSocketUrl, { query: `?username=${name}` });
    await client.frame(({ type }) => type === "welcome", "a welcome");
    client.send({ type: "input", text: "no id" });
    expect(await client.message("no id")).toMatchObject({ username: name });
    expect(client.of("ack")).toEqual([]);
    client.close();
  });

  test("is refused by a name that somebody has, without regard to case, until that one is gone", async () => {
    const name = freshName("Taken");
    const first = await join(name);
    const second = await join(name.toUpperCase());
    expect(second.frames[0]).toMatchObject({ type: "error", code: "username_taken" });
    expect(second.frames[0]!.message).toContain(name.toUpperCase());
    expect((await second.end()).code).toBe(4003);
    first.close();
    await first.end();
    await until(async () => (await join(name.toLowerCase())).welcome, { what: "the name to be free" });
  });

  test.each(["", "a", "two words", "\u001b[2J", "ünicode", "x".repeat(33), "../etc", "@ab", "here"])(
    "is refused by the name %j",
    async (name) => {
      const client = await join(name);
      expect(client.frames[0]).toMatchObject({ type: "error", code: "bad_username" });
      expect((await client.end()).code).toBe(4003);
    },
  );

  test("gives one of 20 who come at once the same name, in any case", async () => {
    const name = freshName("race");
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, n) => join(n % 2 ? name : name.toUpperCase())),
    );
    expect(all.filter((one) => one.of("welcome").length === 1)).toHaveLength(1);
    const refused = all.flatMap((one) => one.of("error"));
    expect(refused.map(({ code }) => code)).toEqual(Array(19).fill("username_taken"));
  });

  test("is refused by a registered name", async () => {
    const { user } = await one.client.signUp(freshName("Reg"));
    const client = await join(user.handle);
    expect(client.frames[0]).toMatchObject({ type: "error", code: "token_needed" });
  });
});

describe("frames", () => {
  test("before hello, that are no JSON, unknown or malformed are answered, and the connection stays", async () => {
    const client = await TerminalSocket.open(one.server.webSocketUrl);
    client.send({ type: "input", text: "too early", id: "1" });
    client.send("no json");
    client.send({ type: "nonsense" });
    client.send({ type: "input", text: 7, id: "7" });
    client.send("[1]");
    client.send("null");
    client.socket.send(Buffer.from("binary"), { binary: true });
    client.send({ type: "hello", username: freshName() });
    await client.frame(({ type }) => type === "welcome", "a welcome");
    const codes = client.of("error").map(({ code, id }) => [code, id]);
    expect(codes).toEqual([
      ["hello_expected", "1"],
      ["bad_frame", undefined],
      ["bad_frame", undefined],
      ["bad_frame", "7"],
      ["bad_frame", undefined],
      ["bad_frame", undefined],
      ["bad_frame", undefined],
    ]);
    client.send({ type: "hello", username: freshName() });
    await client.frame(({ message }) => message === "you have said hello already", "an error");
    expect((await client.type("still here")).at(-1)!.type).toBe("ack");
    client.close();
  });

  test("that are too large end the connection, and nobody else's", async () => {
    const [client, other] = [await join(), await join()];
    client.send({ type: "input", text: "x".repeat(70_000) });
    await client.end();
    expect((await other.type("fine")).at(-1)!.type).toBe("ack");
    other.close();
  });
});

describe("what is said", () => {
  test.each(["", "   ", "\t\n", "\u0007\u001b", "\u200b"])("is not %j", async (text) => {
    const client = await join();
    expect(await client.refused(text)).toMatchObject({ code: "empty" });
    client.close();
  });

  test("has at most 4,000 characters", async () => {
    const client = await join();
    expect(await client.refused("x".repeat(4_001))).toMatchObject({ code: "too_long" });
    await client.type("😀".repeat(4_000));
    expect(Array.from(client.said[0]!)).toHaveLength(4_000);
    client.close();
  });

  test("loses its control characters and what turns its direction", async () => {
    const client = await join();
    await client.type("a\u001b[31mb\u0007\r\nc\u202ed\u0000 \u{1f469}\u200d\u{1f680}");
    expect(client.said).toEqual(["a[31mb cd \u{1f469}\u200d\u{1f680}"]);
    client.close();
  });

  test("may begin with a slash, written twice", async () => {
    const client = await join();
    await client.type("//join me");
    expect(client.said).toEqual(["/join me"]);
    client.close();
  });

  test("comes in the order in which it was typed, and each answer after what it answers", async () => {
    const [client, other] = [await join(), await join()];
    const texts = Array.from({ length: 50 }, (_, n) => `line ${n}`);
    for (const [n, text] of texts.entries()) client.send({ type: "input", text, id: `n${n}` });
    await until(() => client.of("ack").length === 50, { what: "50 answers" });
    const own = client.frames.flatMap((frame) => (frame.type === "ack" ? [frame.id] : (frame.text ?? [])));
    expect(own).toEqual(texts.flatMap((text, n) => [text, `n${n}`]));
    await other.message("line 49");
    expect(other.said).toEqual(texts);
    client.close();
    other.close();
  });

  test("is said though the client goes right after, also before it was welcomed", async () => {
    const other = await join();
    const piped = await TerminalSocket.open(one.server.webSocketUrl, {
      query: `?format=text&username=${freshName()}`,
    });
    piped.send("from a pipe\nand its end\n");
    piped.close();
    await other.message("and its end");
    const client = await join();
    for (const n of [1, 2, 3]) client.send({ type: "input", text: `line ${n}` });
    client.send({ type: "input", text: "/quit" });
    client.send({ type: "input", text: "after quitting" });
    client.close();
    const goes = ({ type, username }: { type: string; username?: string }) =>
      type === "left" && username === client.welcome.username;
    await other.frame(goes, "its going");
    expect(other.said).toEqual(["from a pipe", "and its end", "line 1", "line 2", "line 3"]);
    await join(client.welcome.username);
    other.close();
  });

  test("twice by the same words and id on one connection is said twice", async () => {
    const client = await join();
    await client.type("again", "same");
    await client.type("again", "same");
    await client.type("other", "same");
    expect(client.said).toEqual(["again", "again", "other"]);
    client.close();
  });
});
