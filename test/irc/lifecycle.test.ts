import { afterEach, describe, expect, test } from "vitest";
import { ClickClack, type ClickClackOptions } from "../support/ClickClack.ts";
import { Cluster } from "../support/Cluster.ts";
import { freshName, IrcHttpClient, type IrcHttpBatch } from "../support/IrcHttpClient.ts";
import { until } from "../support/until.ts";

const stops: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

const start = async (options: ClickClackOptions = {}) => {
  const server = await ClickClack.start(options);
  stops.push(() => server.stop());
  return server;
};

const pair = async (url: string) => {
  const anyone = new IrcHttpClient(url);
  const channel = `#${freshName("c")}`;
  const [ann, bob] = [await anyone.register(freshName("ann")), await anyone.guest(freshName("bob"))];
  for (const client of [ann, bob]) await client.join(channel);
  for (const client of [ann, bob]) await client.drain();
  return { anyone, ann, bob, channel };
};
const bodies = (messages: ReadonlyArray<{ body: ReadonlyArray<string> }>) =>
  messages.map(({ body }) => body[0]);

describe("a queue", () => {
  test("outlives kill -9 and restarts: nothing is lost, what was acknowledged stays so", async () => {
    const server = await start();
    const { ann, bob, channel } = await pair(server.url);
    const second = await new IrcHttpClient(server.url).login(ann.nick);
    await second.drain();
    await bob.say(channel, "one");
    await second.drain();
    const sent: Array<string> = [];
    // Whatever is acknowledged while the server dies is there afterwards.
    const posting = (async () => {
      for (let n = 0; n < 200; n++) {
        const answer = await bob.post("/messages", { to: channel, content: `n${n}` }).catch(() => undefined);
        if (answer?.status !== 201) return;
        sent.push(`n${n}`);
      }
    })();
    await until(() => sent.length > 10, { what: "posts to be acknowledged" });
    await server.kill();
    await posting;
    await server.start();
    // What waits when it is told to stop is answered, the services that it runs itself notwithstanding.
    await bob.drain();
    const { last } = bob;
    const polls = Array.from({ length: 10 }, () => bob.get(`/messages?after=${last}&timeout=30`));
    for (let n = 0; n < 2; n++) await bob.get("/state");
    const halted = server.halt();
    for (const { status, body } of await Promise.all(polls))
      expect({ status, body }).toEqual({ status: 200, body: { messages: [], last_id: last } });
    expect(await halted).toBe(0);
    await server.start();
    await bob.say(channel, "last");
    const seen = await ann.until((it) => it.body[0] === "last");
    const texts = bodies(seen.filter(({ command }) => command === "PRIVMSG"));
    expect(texts[0]).toBe("one");
    // A post that was cut off may have been stored; those that were acknowledged must have been.
    expect(texts.filter((text) => sent.includes(text!))).toEqual(sent);
    const again = await second.until((it) => it.body[0] === "last");
    expect(bodies(again)).not.toContain("one");
    expect(bodies(again).filter((text) => sent.includes(text!))).toEqual(sent);
  });
});

describe("who asks for nothing", () => {
  test("is swept with a QUIT to every shared channel, and its nick is free; who polls stays", async () => {
    const server = await start({ env: { SESSION_IDLE_TIMEOUT: "1500ms" } });
    const { anyone, ann, bob, channel } = await pair(server.url);
    const seen = await bob.until((it) => it.command === "QUIT");
    expect(seen).toMatchObject([{ command: "QUIT", from: ann.nick, meta: { quit: true } }]);
    expect(await ann.get("/state")).toMatchObject({ status: 401 });
    const other = await anyone.guest(ann.nick);
    expect(other.id).not.toBe(ann.id);
    expect((await bob.get(`/channels/${channel.slice(1)}`)).body.members).toEqual([
      { nick: bob.nick, mode: "" },
    ]);
  });
});

describe("with two gateways", () => {
  test("a poll at one is answered at once by what was said at the other; on SIGTERM polls are answered, too", async () => {
    const cluster = await Cluster.create();
    stops.push(() => cluster.stop());
    const first = await cluster.add();
    const second = await cluster.add({ role: "gateway" });
    const { ann, bob, channel } = await pair(first.url);
    const elsewhere = new IrcHttpClient(second.url, { token: bob.token!, nick: bob.nick });
    const times: Array<number> = [];
    let last = bob.last;
    for (let n = 0; n < 5; n++) {
      const poll = elsewhere.get(`/messages?after=${last}&timeout=20`);
      await elsewhere.get("/state");
      const begun = performance.now();
      await ann.say(channel, `m${n}`);
      const batch = (await poll).body as IrcHttpBatch;
      times.push(performance.now() - begun);
      expect(bodies(batch.messages)).toEqual([`m${n}`]);
      last = batch.last_id;
    }
    expect(Math.max(...times)).toBeLessThan(1_000);
    // What is for this client alone reaches its poll wherever it waits.
    const poll = elsewhere.get(`/messages?after=${last}&timeout=20`);
    await elsewhere.get("/state");
    await bob.post("/messages", { command: "WHOIS", params: [freshName("no")] });
    const told = (await poll).body as IrcHttpBatch;
    expect(told.messages).toMatchObject([{ command: "401" }]);
    last = told.last_id;

    const polls = Array.from({ length: 10 }, () => elsewhere.get(`/messages?after=${last}&timeout=30`));
    for (let n = 0; n < 2; n++) await elsewhere.get("/state");
    const begun = performance.now();
    const halted = second.halt();
    const answers = await Promise.all(polls);
    expect(await halted).toBe(0);
    expect(performance.now() - begun).toBeLessThan(2_000);
    for (const { status, body } of answers)
      expect({ status, body }).toEqual({ status: 200, body: { messages: [], last_id: last } });
  });
});
