import { expect, onTestFinished, test } from "vitest";
import { freshName } from "../support/IrcHttpClient.ts";
import { Cluster } from "../support/Cluster.ts";
import { IrcLineClient } from "../support/IrcLineClient.ts";
import { IRC_ENV, oneIrcServer } from "./oneIrcServer.ts";

const { come } = oneIrcServer();
const tagged = (lines: ReadonlyArray<string>) => lines.filter((line) => line.includes(" TAGMSG "));

test("tags go to those in the channel who know them, and to nobody else", async () => {
  const ann = await come("ann", "CAP REQ :message-tags");
  const bob = await come("bob", "CAP REQ :message-tags echo-message");
  const old = await come("old");
  const out = await come("out", "CAP REQ :message-tags");
  const channel = `#${freshName("c")}`;
  for (const client of [ann, bob, old]) await client.sync(`JOIN ${channel}`);
  expect(tagged(await ann.sync(`@+typing=active;other=x;+a/b=1\\s2 TAGMSG ${channel}`))).toEqual([]);
  const [heard, ...more] = tagged(await bob.sync());
  expect(heard).toMatch(
    new RegExp(`^@msgid=[0-9a-f-]{36};\\+typing=active;\\+a/b=1\\\\s2 :${ann.nick}!\\S+ TAGMSG ${channel}$`),
  );
  expect(more).toEqual([]);
  for (const client of [old, out]) expect(tagged(await client.sync())).toEqual([]);
  // Its own come back to whoever asked for that.
  expect(tagged(await bob.sync(`@+typing=done TAGMSG ${channel}`))).toHaveLength(1);
  expect(tagged(await ann.sync())).toHaveLength(1);
  // Nothing to pass on.
  expect(await ann.sync(`TAGMSG ${channel}`, `@time=x TAGMSG ${channel}`)).toEqual([]);
  expect(tagged(await bob.sync())).toEqual([]);
});

test("tags between two are told once they have a conversation, to these two", async () => {
  const [ann, bob, eve] = [
    await come("ann", "CAP REQ :message-tags"),
    await come("bob", "CAP REQ :message-tags"),
    await come("e", "CAP REQ :message-tags"),
  ];
  const typing = `@+typing=active TAGMSG ${bob.nick}`;
  expect(await ann.sync(typing)).toEqual([]);
  expect(tagged(await bob.sync())).toEqual([]);
  await ann.sync(`PRIVMSG ${bob.nick} :hi`, typing);
  expect(tagged(await bob.sync())).toEqual([expect.stringMatching(/TAGMSG bob\w+$/)]);
  expect(tagged(await eve.sync())).toEqual([]);
});

test("whoever may not speak passes no tags on either", async () => {
  const [ann, bob] = [await come("ann", "CAP REQ :message-tags"), await come("bob", "CAP REQ :message-tags")];
  const channel = `#${freshName("c")}`;
  await ann.sync(`JOIN ${channel}`, `MODE ${channel} +m`);
  const send = async (target: string) => (await bob.sync(`@+typing=active TAGMSG ${target}`)).at(-1);
  expect(await send(channel)).toMatch(/ 442 /);
  await bob.sync(`JOIN ${channel}`);
  expect(await send(channel)).toMatch(/ 404 /);
  expect(await send(freshName("nobody"))).toMatch(/ 401 /);
  expect((await bob.sync("@+typing=active TAGMSG"))[0]).toMatch(/ 411 /);
  expect(tagged(await ann.sync())).toEqual([]);
  const old = await come("old");
  expect((await old.sync(`@+typing=active TAGMSG ${channel}`)).at(-1)).toMatch(/ 421 /);
});

test("tags reach those who are connected to another gateway, once", async () => {
  const cluster = await Cluster.create();
  try {
    const servers = [
      await cluster.add({ env: IRC_ENV }),
      await cluster.add({ role: "gateway", env: IRC_ENV }),
    ];
    const channel = `#${freshName("c")}`;
    const joined: Array<IrcLineClient> = [];
    for (const server of servers) {
      const at = (await server.runFile()).irc!;
      const client = await IrcLineClient.join(at, freshName("x"), "CAP REQ :message-tags echo-message");
      onTestFinished(() => client.end());
      await client.sync(`JOIN ${channel}`);
      joined.push(client);
    }
    const [here, there] = joined as [IrcLineClient, IrcLineClient];
    expect(tagged(await here.sync(`@+typing=active TAGMSG ${channel}`))).toHaveLength(1);
    await there.expect(/\+typing=active :\S+ TAGMSG /);
    await here.sync(`PRIVMSG ${channel} :behind it`);
    await there.expect(/ :behind it$/);
    for (const client of joined) expect(tagged(client.lines)).toHaveLength(1);
  } finally {
    await cluster.stop();
  }
});
