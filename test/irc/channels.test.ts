import { describe, expect, test } from "vitest";
import { freshName, IrcHttpClient } from "../support/IrcHttpClient.ts";
import { oneServer } from "../support/oneServer.ts";

const one = oneServer({ env: { SERVER_NAME: "irc.test" } });
const anyone = () => new IrcHttpClient(one.url);
const newcomer = (name: string) => anyone().guest(freshName(name));
const code = (status: number, error: string) => ({ status, body: { error, message: expect.any(String) } });

describe("joining and leaving", () => {
  test("a channel is made by whoever joins it first; joining again changes nothing", async () => {
    const ann = await newcomer("ann");
    const name = freshName("c");
    expect(await ann.post("/channels/join", { channel: name })).toMatchObject({
      status: 200,
      body: { status: "joined", channel: `#${name}` },
    });
    const seen = await ann.drain();
    expect(seen.slice(-4).map(({ command }) => command)).toEqual(["JOIN", "331", "353", "366"]);
    expect(seen.at(-4)).toMatchObject({ from: ann.nick, to: `#${name}`, params: [`#${name}`], type: "join" });
    expect(seen.at(-2)).toMatchObject({ body: [`@${ann.nick}`] });
    expect(await ann.post("/channels/join", { name: `#${name.toUpperCase()}` })).toMatchObject({
      status: 200,
    });
    expect(await ann.drain()).toEqual([]);
    for (const bad of ["", "#", "#a b", "a!b", "#ü", "a,b"])
      expect(await ann.post("/channels/join", { channel: bad }), bad).toMatchObject(code(400, "bad_request"));
    expect(await ann.post("/channels/join", {})).toMatchObject(code(400, "bad_request"));
  });

  test("leaving says why, to those who stay and to oneself", async () => {
    const [ann, bob] = [await newcomer("ann"), await newcomer("bob")];
    const channel = `#${freshName("c")}`;
    for (const client of [ann, bob]) await client.join(channel);
    for (const client of [ann, bob]) await client.drain();
    expect(await bob.post("/channels/part", { channel, reason: "tea" })).toMatchObject({
      status: 200,
      body: { status: "parted", channel },
    });
    for (const client of [ann, bob]) {
      expect(await client.drain()).toMatchObject([
        { command: "PART", type: "part", from: bob.nick, to: channel, params: [channel], body: ["tea"] },
      ]);
    }
    expect(await bob.post("/channels/part", { channel })).toMatchObject(code(403, "forbidden"));
    expect(await bob.post("/channels/part", { channel: freshName("no") })).toMatchObject(
      code(404, "not_found"),
    );
    await ann.say(channel, "gone?");
    expect(await bob.drain()).toEqual([]);
  });

  test("what was said while one was in a channel is there to fetch after one has left it", async () => {
    const [ann, bob] = [await newcomer("ann"), await newcomer("bob")];
    const channel = `#${freshName("c")}`;
    for (const client of [ann, bob]) await client.join(channel);
    await bob.drain();
    await ann.say(channel, "before");
    await bob.post("/channels/part", { channel });
    await ann.say(channel, "after");
    const seen = await bob.drain();
    expect(seen.map(({ command, body }) => [command, body])).toEqual([
      ["PRIVMSG", ["before"]],
      ["PART", []],
    ]);
  });
});

describe("lists and details", () => {
  test("of the channels that one joined, or of all", async () => {
    const [ann, bob] = [await newcomer("ann"), await newcomer("bob")];
    const [mine, other] = [freshName("c"), freshName("c")];
    await ann.join(mine);
    await bob.join(other);
    const names = async (path: string) =>
      (await ann.get(path)).body.map(({ name }: { name: string }) => name) as Array<string>;
    expect((await ann.get("/channels")).body).toEqual([
      { id: expect.any(String), name: `#${mine}`, topic: "", members: 1 },
    ]);
    expect(await names("/channels?scope=all")).toEqual(expect.arrayContaining([`#${mine}`, `#${other}`]));
    expect(await ann.get("/channels?scope=some")).toMatchObject(code(400, "bad_request"));
  });

  test("of one channel: with # or without, who is there, as what, and when they were seen", async () => {
    const [ann, bob] = [await newcomer("ann"), await newcomer("bob")];
    const name = freshName("c");
    for (const client of [ann, bob]) await client.join(name);
    for (const path of [`/channels/${name}`, `/channels/%23${name}`, `/channels/${name.toUpperCase()}`]) {
      expect((await bob.get(path)).body).toMatchObject({
        name: `#${name}`,
        topic: "",
        members: [
          { nick: ann.nick, mode: "o" },
          { nick: bob.nick, mode: "" },
        ],
        modes: "+",
      });
    }
    expect((await bob.get(`/channels/${name}/members`)).body).toEqual([
      { nick: ann.nick, mode: "o", last_seen: expect.stringMatching(/Z$/) },
      { nick: bob.nick, mode: "", last_seen: expect.stringMatching(/Z$/) },
    ]);
    expect(await ann.get(`/channels/${freshName("no")}`)).toMatchObject(code(404, "not_found"));
    expect(await ann.get(`/channels/${freshName("no")}/members`)).toMatchObject(code(404, "not_found"));
  });

  test("a channel that others made private is there for nobody else", async () => {
    const ann = await newcomer("ann");
    const name = freshName("hidden");
    const [workspace] = (await one.client.ok("GET", "/api/workspaces")).workspaces;
    await one.client.ok("POST", `/api/workspaces/${workspace.id}/channels`, {
      body: { name, kind: "private" },
    });
    expect(await ann.get(`/channels/${name}`)).toMatchObject(code(404, "not_found"));
    expect(await ann.post("/messages", { to: `#${name}`, content: "hi" })).toMatchObject(
      code(404, "not_found"),
    );
    expect(await ann.post("/channels/join", { channel: name })).toMatchObject(code(403, "forbidden"));
  });
});

describe("the topic", () => {
  test("is set by who is in the channel, and told to all of them", async () => {
    const [ann, bob, eve] = [await newcomer("ann"), await newcomer("bob"), await newcomer("eve")];
    const name = freshName("c");
    for (const client of [ann, bob]) await client.join(name);
    await bob.drain();
    const set = (who: IrcHttpClient, topic: unknown) => who.post(`/channels/${name}/topic`, { topic });
    expect(await set(ann, "release day")).toMatchObject({ status: 200, body: { topic: "release day" } });
    expect(await bob.drain()).toMatchObject([
      {
        command: "TOPIC",
        type: "topic",
        from: ann.nick,
        to: `#${name}`,
        params: [`#${name}`],
        body: ["release day"],
      },
    ]);
    expect((await bob.get(`/channels/${name}`)).body.topic).toBe("release day");
    await eve.drain();
    await eve.join(name);
    expect((await eve.drain()).map(({ command }) => command)).toEqual(["JOIN", "332", "353", "366"]);
    expect(await set(await newcomer("x"), "y")).toMatchObject(code(403, "forbidden"));
    expect(await set(ann, "y".repeat(2_001))).toMatchObject(code(400, "bad_request"));
    expect(await set(ann, 7)).toMatchObject(code(400, "bad_request"));
    expect(await ann.post(`/channels/${freshName("no")}/topic`, { topic: "x" })).toMatchObject(
      code(404, "not_found"),
    );
  });
});

describe("history", () => {
  test("comes in pages, the oldest first, for who is in the channel", async () => {
    const [ann, bob] = [await newcomer("ann"), await newcomer("bob")];
    const name = freshName("c");
    await ann.join(name);
    for (let n = 1; n <= 7; n++) await ann.say(`#${name}`, `m${n}`);
    const read = async (rest: string) => (await ann.get(`/history?target=%23${name}&${rest}`)).body;
    const texts = (page: ReadonlyArray<{ body: ReadonlyArray<string> }>) => page.map(({ body }) => body[0]);
    expect(texts(await read(""))).toEqual(["m1", "m2", "m3", "m4", "m5", "m6", "m7"]);
    const page = await read("limit=3");
    expect(texts(page)).toEqual(["m5", "m6", "m7"]);
    expect(texts(await read(`limit=3&before=${page[0].id}`))).toEqual(["m2", "m3", "m4"]);
    expect((await read("format=irc&limit=1"))[0]).toMatchObject({ command: "PRIVMSG", body: ["m7"] });
    expect((await read("format=typed&limit=1"))[0]).toMatchObject({ type: "message", content: "m7" });
    const target = `/history?target=%23${name}`;
    expect(await bob.get(target)).toMatchObject(code(403, "forbidden"));
    for (const bad of ["limit=x", "limit=-1", "limit=0", "before=nonsense", "format=xml"])
      expect(await ann.get(`${target}&${bad}`), bad).toMatchObject(code(400, "bad_request"));
    expect(await ann.get("/history")).toMatchObject(code(400, "bad_request"));
    expect(await ann.get(`/history?target=%23${freshName("no")}`)).toMatchObject(code(404, "not_found"));
    expect(await ann.get(`/history?target=${freshName("no")}`)).toMatchObject(code(404, "not_found"));
  });
});

describe("IRC's words over HTTP", () => {
  test("do all of it, and what fails is told at once and in the queue", async () => {
    const [ann, bob] = [await newcomer("ann"), await newcomer("bob")];
    const channel = `#${freshName("c")}`;
    expect(await ann.post("/messages", { command: "JOIN", to: channel })).toMatchObject({ status: 200 });
    await bob.command("JOIN", { params: [channel] });
    for (const client of [ann, bob]) await client.drain();
    const sent = await ann.post("/messages", { command: "PRIVMSG", to: channel, body: ["a", "b"] });
    expect(sent).toMatchObject({ status: 200, body: { status: "sent", id: expect.any(String) } });
    await ann.command("NOTICE", { to: channel, body: ["n"] });
    await ann.command("TOPIC", { to: channel, body: ["t"] });
    await ann.command("MODE", { to: channel, params: ["+v", bob.nick] });
    await ann.command("KICK", { to: channel, params: [bob.nick], body: ["out"] });
    await ann.command("INVITE", { to: bob.nick, params: [channel] });
    expect((await bob.drain()).map(({ command, params, body }) => [command, params, body])).toEqual([
      ["PRIVMSG", [], ["a", "b"]],
      ["NOTICE", [], ["n"]],
      ["TOPIC", [channel], ["t"]],
      ["MODE", [channel, "+v", bob.nick], []],
      ["KICK", [channel, bob.nick], ["out"]],
      ["INVITE", [bob.nick, channel], []],
    ]);
    const refused = async (body: object) =>
      (await bob.post("/messages", body)) as { status: number; body: unknown };
    const cases = [
      [{ command: "NICK", params: [ann.nick] }, "433"],
      [{ command: "NICK", params: ["7"] }, "432"],
      [{ command: "NICK" }, "431"],
      [{ command: "PRIVMSG", to: channel, body: ["hi"] }, "404"],
      [{ command: "PRIVMSG", to: freshName("no"), body: ["hi"] }, "401"],
      [{ command: "PRIVMSG", to: "#none", body: ["hi"] }, "403"],
      [{ command: "PRIVMSG", body: ["hi"] }, "411"],
      [{ command: "PRIVMSG", to: ann.nick, body: [] }, "412"],
      [{ command: "PART", to: channel }, "442"],
      [{ command: "JOIN" }, "461"],
      [{ command: "NONSENSE" }, "421"],
      [{ command: "MODE", to: channel, params: ["+m"] }, "482"],
    ] as const;
    for (const [body, numeric] of cases) {
      expect(await refused(body), numeric).toMatchObject({ status: 200, body: { status: "error", numeric } });
    }
    expect((await bob.drain()).map(({ command }) => command)).toEqual(cases.map(([, numeric]) => numeric));
  });

  test("WHOIS, NAMES, LIST and WHO are answered in the queue", async () => {
    const ann = await newcomer("ann");
    const channel = `#${freshName("c")}`;
    await ann.join(channel);
    await ann.drain();
    const answers = async (command: string, rest: object) => {
      await ann.command(command, rest);
      return (await ann.drain()).map((it) => it.command);
    };
    expect(await answers("WHOIS", { params: [ann.nick] })).toEqual(["311", "319", "312", "318"]);
    expect(await answers("NAMES", { to: channel })).toEqual(["353", "366"]);
    expect(await answers("LIST", { params: [channel] })).toEqual(["321", "322", "323"]);
    expect(await answers("WHO", { to: channel })).toEqual(["352", "315"]);
    expect(await answers("AWAY", { body: ["tea"] })).toEqual(["306"]);
    expect(await answers("MODE", { to: channel })).toEqual(["324", "329"]);
  });

  test("QUIT ends the client and tells why", async () => {
    const [ann, bob] = [await newcomer("ann"), await newcomer("bob")];
    const channel = freshName("c");
    for (const client of [ann, bob]) await client.join(channel);
    await bob.drain();
    await ann.command("QUIT", { body: ["good night"] });
    expect(await bob.drain()).toMatchObject([{ command: "QUIT", from: ann.nick, body: ["good night"] }]);
    expect(await ann.get("/state")).toMatchObject(code(401, "unauthorized"));
  });
});
