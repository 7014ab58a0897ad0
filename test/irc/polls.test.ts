import { describe, expect, test } from "vitest";
import { ParkedPoll } from "../support/ParkedPoll.ts";
import { freshName, IrcHttpClient, type IrcHttpBatch } from "../support/IrcHttpClient.ts";
import { oneServer } from "../support/oneServer.ts";

const one = oneServer();
const anyone = () => new IrcHttpClient(one.url);

const pair = async () => {
  const channel = `#${freshName("c")}`;
  const [ann, bob] = [await anyone().guest(freshName("ann")), await anyone().guest(freshName("bob"))];
  for (const client of [ann, bob]) await client.join(channel);
  for (const client of [ann, bob]) await client.drain();
  return { ann, bob, channel };
};
const texts = ({ messages }: IrcHttpBatch) => messages.map(({ body }) => body[0]);

describe("a poll", () => {
  test("without a timeout answers at once, with one waits for the first message", async () => {
    const { ann, bob, channel } = await pair();
    const begun = performance.now();
    const nothing = (await bob.get(`/messages?after=${bob.last}`)).body;
    expect(nothing).toEqual({ messages: [], last_id: bob.last });
    const waiting = bob.get(`/messages?after=${bob.last}&timeout=20`);
    await ann.say(channel, "hi");
    const { body } = await waiting;
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(texts(body)).toEqual(["hi"]);
    expect(Number.isSafeInteger(body.last_id) && body.last_id > bob.last).toBe(true);
  });

  test("that waits in vain is answered with nothing, and where it was", async () => {
    const { bob } = await pair();
    const begun = performance.now();
    const { status, body } = await bob.get(`/messages?after=${bob.last}&timeout=1`);
    expect({ status, body }).toEqual({ status: 200, body: { messages: [], last_id: bob.last } });
    expect(performance.now() - begun).toBeGreaterThan(900);
  });

  test.each(["after=x", "after=-1", "after=1.5", "timeout=-1", "timeout=x", "timeout=5s", "format=xml"])(
    "with %s is refused",
    async (query) => {
      const ann = await anyone().guest(freshName("ann"));
      expect(await ann.get(`/messages?${query}`)).toMatchObject({
        status: 400,
        body: { error: "bad_request" },
      });
    },
  );

  test("that does not advance gets the same again, in order; after=N lets go of what came until then", async () => {
    const { ann, bob, channel } = await pair();
    for (const text of ["one", "two", "three"]) await ann.say(channel, text);
    const read = async (query: string) => (await bob.get(`/messages?${query}`)).body as IrcHttpBatch;
    await bob.drain();
    for (const text of ["four", "five"]) await ann.say(channel, text);
    const first = await read(`after=${bob.last}`);
    expect(texts(first)).toEqual(["four", "five"]);
    expect(await read("")).toEqual(first);
    expect(await read(`after=${bob.last}`)).toEqual(first);
    expect((await read(`after=${first.last_id}`)).messages).toEqual([]);
    expect((await read("")).messages, "what was acknowledged does not come back").toEqual([]);
    await ann.say(channel, "six");
    const after = await read("");
    expect(texts(after)).toEqual(["six"]);
    expect(after.last_id).toBeGreaterThan(first.last_id);
    // Far ahead of everything: nothing that comes later is lost by it.
    await read(`after=${Number.MAX_SAFE_INTEGER}`);
    await ann.say(channel, "seven");
    expect(texts(await read(""))).toEqual(["seven"]);
  });

  test("beside another of the same client is answered with the same", async () => {
    const { ann, bob, channel } = await pair();
    const polls = [1, 2, 3].map(() => bob.get(`/messages?after=${bob.last}&timeout=20`));
    const second = anyone();
    expect(second.token).toBeUndefined();
    await ann.say(channel, "hi");
    const answers = (await Promise.all(polls)).map(({ body }) => body);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(texts(answers[0])).toEqual(["hi"]);
  });

  test("whose client goes away leaves nothing behind", async () => {
    const { ann, bob, channel } = await pair();
    const poll = new ParkedPoll(bob);
    // Asked behind it: once this is answered, the server has the other.
    await bob.get(`/messages?after=${bob.last}`);
    expect(poll.isAnswered).toBe(false);
    poll.end();
    await ann.say(channel, "hi");
    expect((await bob.drain()).map(({ body }) => body)).toEqual([["hi"]]);
  });

  test("is woken by what is for its client alone", async () => {
    const { bob } = await pair();
    const poll = bob.get(`/messages?after=${bob.last}&timeout=20`);
    await bob.post("/messages", { command: "JOIN", to: "#not a channel" });
    expect((await poll).body.messages).toMatchObject([{ command: "403" }]);
  });

  test("comes in the shape that is asked for", async () => {
    const { ann, bob, channel } = await pair();
    await ann.say(channel, "hi");
    const read = async (format: string) =>
      (await bob.get(`/messages?after=${bob.last}&format=${format}`)).body.messages[0];
    expect(Object.keys(await read("irc")).toSorted()).toEqual([
      "body",
      "command",
      "from",
      "id",
      "params",
      "to",
      "ts",
    ]);
    expect(await read("typed")).toMatchObject({ type: "message", channel, content: "hi", body: ["hi"] });
    expect(await read("typed")).not.toHaveProperty("command");
  });
});

test("whatever is posted comes once to each client, in one order, with places that grow", async () => {
  const { ann, bob, channel } = await pair();
  const all = Array.from({ length: 60 }, (_, n) => `m${n}`);
  const reading = (async () => {
    const seen: Array<string> = [];
    let last = bob.last;
    while (seen.length < all.length) {
      const batch = (await bob.get(`/messages?after=${last}&timeout=5`)).body as IrcHttpBatch;
      expect(batch.last_id).toBeGreaterThan(last);
      last = batch.last_id;
      seen.push(...batch.messages.map(({ body }) => body[0]!));
    }
    return seen;
  })();
  for (const text of all) await ann.say(channel, text);
  expect(await reading).toEqual(all);
  expect((await ann.drain()).map(({ body }) => body[0])).toEqual(all);
});

test("people of the native API and of this one talk in the same channels", async () => {
  const ann = await anyone().guest(freshName("ann"));
  await ann.join("general");
  await ann.drain();
  const workspaces = (await one.client.ok("GET", "/api/workspaces")).workspaces;
  const workspace = workspaces.find(({ name }: { name: string }) => name === "ClickClack");
  const { channels } = await one.client.ok("GET", `/api/workspaces/${workspace.id}/channels`);
  const general = channels.find(({ name }: { name: string }) => name === "general");
  await one.client.ok("POST", `/api/channels/${general.id}/messages`, { body: { body: "from **there**" } });
  expect(await ann.drain()).toMatchObject([
    { command: "PRIVMSG", from: "local-captain", to: "#general", body: ["from **there**"] },
  ]);
  await ann.say("#general", "from here");
  const { messages } = await one.client.ok("GET", `/api/channels/${general.id}/messages`);
  expect(messages.at(-1)).toMatchObject({ body: "from here", author: { display_name: ann.nick } });
});
