import { beforeAll, describe, expect, test } from "vitest";
import { freshName, IrcHttpClient, PASSWORD } from "../support/IrcHttpClient.ts";
import { oneServer } from "../support/oneServer.ts";

const one = oneServer({
  env: {
    MOTD: "first line\nsecond line",
    SERVER_NAME: "irc.test",
    LOGIN_RATE_LIMIT: "1000",
    LOGIN_RATE_BURST: "1000",
  },
});
const anyone = () => new IrcHttpClient(one.url);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const code = (status: number, error: string) => ({ status, body: { error, message: expect.any(String) } });

describe("registering", () => {
  test("gives an id, the nick and a token", async () => {
    const nick = freshName("Ann");
    const answer = await anyone().post("/register", { nick, password: PASSWORD });
    expect(answer).toMatchObject({
      status: 201,
      body: { id: expect.stringMatching(/./), nick, token: expect.stringMatching(/./) },
    });
  });

  test("refuses bad nicks, short passwords and names that are taken, whatever their case", async () => {
    const nick = freshName("bob");
    await anyone().register(nick);
    const register = (body: unknown) => anyone().post("/register", body);
    for (const bad of ["", "7up", "-x", "a b", "a".repeat(33), "#c", "a\u0000b", "ü"])
      expect(await register({ nick: bad, password: PASSWORD })).toMatchObject(code(400, "bad_request"));
    expect(await register({ nick: freshName("b"), password: "1234567" })).toMatchObject(
      code(400, "bad_request"),
    );
    expect(await register({ nick: freshName("b") })).toMatchObject(code(400, "bad_request"));
    expect(await register({ nick: nick.toUpperCase(), password: PASSWORD })).toMatchObject(
      code(409, "nick_taken"),
    );
    expect(await anyone().post("/session", { nick })).toMatchObject(code(409, "nick_taken"));
    for (const body of ["[]", '"x"', "{", "7", ""])
      expect(await register(body)).toMatchObject(code(400, "bad_request"));
  });

  test("takes all of the contract's nicks", async () => {
    for (const stem of ["a[1]", "_", "{x}|", "`^", "A-b_c", "\\z"]) {
      const nick = `${stem}${freshName("")}`;
      const client = await anyone().register(nick);
      expect(await client.get("/users/me")).toMatchObject({ status: 200, body: { nick } });
      expect(await anyone().post("/session", { nick: nick.toUpperCase() })).toMatchObject({ status: 409 });
    }
  });

  test("of twenty at once for one nick, one wins", async () => {
    for (const nick of [freshName("race"), `r[${freshName("ace")}]`]) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => anyone().post("/register", { nick, password: PASSWORD })),
      );
      const won = answers.filter(({ status }) => status === 201);
      expect(won).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
    }
  });
});

describe("signing in", () => {
  test("opens another client of the same session; what is wrong is told in the same words", async () => {
    const ann = await anyone().register(freshName("ann"));
    const again = await anyone().login(ann.nick);
    expect(again).toMatchObject({ id: ann.id, nick: ann.nick });
    expect(again.token).not.toBe(ann.token);
    const wrong = await anyone().post("/login", { nick: ann.nick, password: "not the password" });
    const unknown = await anyone().post("/login", { nick: freshName("nobody"), password: PASSWORD });
    const guest = await anyone().guest(freshName("guest"));
    const none = await anyone().post("/login", { nick: guest.nick, password: PASSWORD });
    for (const answer of [wrong, unknown, none]) expect(answer).toMatchObject(code(401, "unauthorized"));
    expect(unknown.body).toEqual(wrong.body);
  });

  test("takes as long for a nick that nobody has", async () => {
    const ann = await anyone().register(freshName("ann"));
    const time = async (nick: string) => {
      const times: Array<number> = [];
      for (let i = 0; i < 5; i++) {
        const begun = performance.now();
        await anyone().post("/login", { nick, password: "not the password" });
        times.push(performance.now() - begun);
      }
      return Math.min(...times);
    };
    const [known, unknown] = [await time(ann.nick), await time(freshName("nobody"))];
    expect(unknown).toBeGreaterThan(known / 3);
  });

  test("without a good token everything answers 401", async () => {
    for (const client of [anyone(), new IrcHttpClient(one.url, { token: "nonsense" })]) {
      for (const path of [
        "/users/me",
        "/state",
        "/channels",
        "/channels/x",
        "/messages",
        "/history?target=x",
      ])
        expect(await client.get(path)).toMatchObject(code(401, "unauthorized"));
      for (const path of ["/logout", "/users/nick", "/channels/join", "/channels/part", "/messages"])
        expect(await client.post(path, {})).toMatchObject(code(401, "unauthorized"));
    }
  });
});

describe("logging out", () => {
  test("ends this client alone, and with the last one the session: others see it quit, and the nick is free", async () => {
    const channel = `#${freshName("c")}`;
    const [ann, bob] = [await anyone().register(freshName("ann")), await anyone().register(freshName("bob"))];
    const second = await anyone().login(ann.nick);
    for (const client of [ann, bob]) await client.join(channel);
    await bob.drain();
    expect(await ann.post("/logout")).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(await ann.get("/users/me")).toMatchObject(code(401, "unauthorized"));
    expect(await second.get("/users/me")).toMatchObject({ status: 200 });
    expect(await bob.drain()).toEqual([]);
    await second.post("/logout");
    const [quit] = await bob.until((it) => it.command === "QUIT");
    expect(quit).toMatchObject({ command: "QUIT", type: "part", from: ann.nick, meta: { quit: true } });
    expect((await bob.get(`/channels/${channel.slice(1)}`)).body.members).toHaveLength(1);
    const other = await anyone().guest(ann.nick);
    expect(other.id).not.toBe(ann.id);
  });

  test("leaves the way back open while nobody takes the nick", async () => {
    const ann = await anyone().register(freshName("ann"));
    await ann.post("/logout");
    const back = await anyone().login(ann.nick);
    expect(back.id).toBe(ann.id);
    expect((await back.get("/state")).body).toEqual({ id: ann.id, nick: ann.nick, channels: [] });
  });
});

describe("who one is", () => {
  test("is told with the channels that one is in, at both paths", async () => {
    const ann = await anyone().register(freshName("ann"));
    const name = freshName("c");
    await ann.join(name);
    await ann.ok("POST", `/channels/${name}/topic`, { topic: "tea" });
    const expected = {
      id: ann.id,
      nick: ann.nick,
      channels: [{ id: expect.any(String), name: `#${name}`, topic: "tea" }],
    };
    for (const path of ["/users/me", "/state"]) expect((await ann.get(path)).body).toEqual(expected);
  });

  test("can be called something else: history keeps the old name, channels and conversations follow", async () => {
    const channel = `#${freshName("c")}`;
    const [ann, bob] = [await anyone().register(freshName("ann")), await anyone().register(freshName("bob"))];
    for (const client of [ann, bob]) await client.join(channel);
    await ann.say(channel, "before");
    await ann.say(bob.nick, "psst");
    await bob.drain();
    const nick = freshName("Anna");
    expect(await ann.post("/users/nick", { nick })).toMatchObject({ status: 200, body: { nick } });
    expect(await ann.post("/users/nick", { nick })).toMatchObject({ status: 200, body: { nick } });
    await ann.say(channel, "after");
    const seen = await bob.drain();
    expect(seen.map(({ command, from, params, body }) => ({ command, from, params, body }))).toEqual([
      { command: "NICK", from: ann.nick, params: [nick], body: [nick] },
      { command: "PRIVMSG", from: nick, params: [], body: ["after"] },
    ]);
    const history = (await bob.get(`/history?target=${encodeURIComponent(channel)}`)).body;
    expect(history.map(({ from, body }: { from: string; body: unknown }) => [from, body])).toEqual([
      [ann.nick, ["before"]],
      [nick, ["after"]],
    ]);
    expect((await bob.get(`/history?target=${nick}`)).body).toMatchObject([
      { from: ann.nick, body: ["psst"] },
    ]);
    expect(await anyone().post("/session", { nick: nick.toLowerCase() })).toMatchObject({ status: 409 });
    await anyone().guest(ann.nick);
    expect(await bob.post("/users/nick", { nick })).toMatchObject(code(409, "nick_taken"));
    expect(await bob.post("/users/nick", { nick: "7" })).toMatchObject(code(400, "bad_request"));
  });
});

describe("the server", () => {
  let ann: IrcHttpClient;
  beforeAll(async () => {
    ann = await anyone().register(freshName("ann"));
  });

  test("tells its name, version, message of the day and how many sessions there are", async () => {
    const { status, body } = await anyone().get("/server");
    expect(status).toBe(200);
    expect(body).toEqual({
      name: "irc.test",
      version: expect.any(String),
      motd: "first line\nsecond line",
      users: expect.any(Number),
    });
    const guest = await anyone().guest(freshName("g"));
    expect((await anyone().get("/server")).body.users).toBe(body.users + 1);
    await guest.post("/logout");
    expect((await anyone().get("/server")).body.users).toBe(body.users);
  });

  test("greets each client with the message of the day, and only that client", async () => {
    const told = await ann.poll();
    expect(told.map(({ command, type, from, body }) => ({ command, type, from, body }))).toEqual([
      { command: "375", type: "system", from: "irc.test", body: [expect.stringContaining("irc.test")] },
      { command: "372", type: "system", from: "irc.test", body: ["- first line"] },
      { command: "372", type: "system", from: "irc.test", body: ["- second line"] },
      { command: "376", type: "system", from: "irc.test", body: [expect.any(String)] },
    ]);
    const second = await anyone().login(ann.nick);
    expect((await second.poll()).map(({ command }) => command)).toEqual(["375", "372", "372", "376"]);
    expect(await ann.poll()).toEqual([]);
  });

  test("says that it is well", async () => {
    for (const path of ["/.well-known/healthcheck.json", "/api/v1/.well-known/healthcheck.json"]) {
      const answer = await fetch(one.url + path);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ status: "ok" });
    }
  });

  test("lets pages of any origin in, without their cookies", async () => {
    const preflight = await fetch(`${one.url}/api/v1/messages`, {
      method: "OPTIONS",
      headers: { Origin: "https://elsewhere.example", "Access-Control-Request-Method": "POST" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-headers")).toContain("Authorization");
    expect(preflight.headers.get("access-control-allow-credentials")).toBeNull();
    for (const path of ["/server", "/users/me", "/nowhere"])
      expect((await anyone().get(path)).headers.get("access-control-allow-origin")).toBe("*");
    expect((await fetch(`${one.url}/api/me`)).headers.get("access-control-allow-origin")).toBeNull();
  });

  test("has its own words for paths and methods that it does not know", async () => {
    expect(await ann.get("/nowhere")).toMatchObject(code(404, "not_found"));
    expect(await ann.get("/logout")).toMatchObject({ status: 405 });
  });
});

describe("messages", () => {
  test("have UUIDs, times and lines, and reach everybody of the channel with every client", async () => {
    const channel = `#${freshName("c")}`;
    const [ann, bob] = [await anyone().register(freshName("ann")), await anyone().register(freshName("bob"))];
    const second = await anyone().login(bob.nick);
    for (const client of [ann, bob]) await client.join(channel);
    for (const client of [ann, bob, second]) await client.drain();
    const sent = await ann.post("/messages", { to: channel, content: "one\ntwo" });
    expect(sent).toMatchObject({ status: 201, body: { id: expect.stringMatching(UUID), status: "sent" } });
    for (const client of [ann, bob, second]) {
      expect(await client.drain()).toEqual([
        {
          id: sent.body.id,
          ts: sent.body.ts,
          command: "PRIVMSG",
          type: "message",
          from: ann.nick,
          to: channel,
          params: [],
          body: ["one", "two"],
        },
      ]);
    }
  });

  test("are refused with the contract's statuses", async () => {
    const channel = `#${freshName("c")}`;
    const [ann, bob] = [await anyone().register(freshName("ann")), await anyone().register(freshName("bob"))];
    await ann.join(channel);
    const post = (body: unknown) => bob.post("/messages", body);
    expect(await post({ to: channel, content: "hi" })).toMatchObject(code(403, "forbidden"));
    expect(await post({ to: `#${freshName("no")}`, content: "hi" })).toMatchObject(code(404, "not_found"));
    expect(await post({ to: freshName("no"), content: "hi" })).toMatchObject(code(404, "not_found"));
    for (const empty of [{ content: "" }, { body: [] }, { body: "" }, {}, { content: " \n " }])
      expect(await post({ to: ann.nick, ...empty })).toMatchObject(code(400, "bad_request"));
    expect(await post({ to: ann.nick, content: "x".repeat(4_096) })).toMatchObject({ status: 201 });
    expect(await post({ to: ann.nick, content: "x".repeat(4_097) })).toMatchObject(
      code(413, "payload_too_large"),
    );
    expect(await post(`{"to":"x","content":"${"y".repeat(1_100_000)}"}`)).toMatchObject(
      code(413, "payload_too_large"),
    );
    for (const bad of ['"hi"', "[1]", '{"to":1}', "{"])
      expect(await post(bad)).toMatchObject(code(400, "bad_request"));
  });

  test("between two are told to both, and found in the history of these two alone", async () => {
    const [ann, bob, eve] = await Promise.all(
      ["ann", "bob", "eve"].map((name) => anyone().register(freshName(name))),
    );
    const second = await anyone().login(ann!.nick);
    for (const client of [ann!, bob!, eve!, second]) await client.drain();
    await ann!.say(bob!.nick, "secret");
    for (const client of [ann!, bob!, second])
      expect(await client.drain()).toMatchObject([{ from: ann!.nick, to: bob!.nick, body: ["secret"] }]);
    expect(await eve!.drain()).toEqual([]);
    const history = async (who: IrcHttpClient, target: string) =>
      (await who.get(`/history?target=${target}`)).body;
    expect(await history(ann!, bob!.nick)).toMatchObject([{ body: ["secret"] }]);
    expect(await history(bob!, ann!.nick)).toMatchObject([{ body: ["secret"] }]);
    for (const target of [ann!.nick, bob!.nick]) expect(await history(eve!, target)).toEqual([]);
  });
});
