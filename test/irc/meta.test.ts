import { expect, test } from "vitest";
import { freshName, IrcHttpClient } from "../support/IrcHttpClient.ts";
import { oneServer } from "../support/oneServer.ts";

const one = oneServer({});
const guest = (stem: string) => new IrcHttpClient(one.url).guest(freshName(stem));

const META = {
  sig: "c2ln",
  nested: { list: [1, null, "x"] },
  text: "\\u0000 ü",
  ref: "usr_01k9a0b1c2d3e4f5g6h7j8k9md",
};

test("what is said of a message comes with it, in both shapes, on delivery and in history", async () => {
  const [ann, bob] = [await guest("ann"), await guest("bob")];
  const channel = `#${freshName("c")}`;
  await ann.join(channel);
  await bob.join(channel);
  const body = ["hi"];
  await ann.ok("POST", "/messages", { to: channel, body, meta: META });
  await ann.command("NOTICE", { to: channel, body, meta: META });
  await ann.ok("POST", "/messages", { to: bob.nick, body, meta: META });
  await ann.command("PRIVMSG", { to: channel, body: ["\u0001ACTION waves\u0001"], meta: { action: false } });
  await ann.command("PRIVMSG", { to: channel, body, meta: {} });
  const expected = [META, { ...META, notice: true }, META, { action: true }, undefined];
  const metas = (messages: ReadonlyArray<{ readonly meta?: unknown }>) => messages.map(({ meta }) => meta);
  const heard = await bob.drain();
  expect(metas(heard.filter(({ type, from }) => type === "message" && from === ann.nick))).toEqual(expected);
  const history = (target: string) => bob.ok("GET", `/history?target=${encodeURIComponent(target)}`);
  expect(metas(await history(channel))).toEqual(expected.toSpliced(2, 1));
  expect(metas(await history(ann.nick))).toEqual([META]);
});

test("meta that is no object, or too long, is refused", async () => {
  const ann = await guest("ann");
  const long = { text: "ü".repeat(2_042) };
  for (const meta of ["x", 7, [], true, { ...long, a: 1 }])
    for (const shape of [{}, { command: "PRIVMSG" }])
      expect(await ann.post("/messages", { ...shape, to: ann.nick, body: "hi", meta })).toMatchObject({
        status: 400,
        body: { error: "bad_request", message: expect.stringContaining("meta") },
      });
  expect(await ann.post("/messages", { to: ann.nick, body: "hi", meta: long })).toMatchObject({
    status: 201,
  });
});
