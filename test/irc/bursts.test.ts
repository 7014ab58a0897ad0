import { afterAll, beforeAll, expect, test } from "vitest";
import { freshName } from "../support/IrcHttpClient.ts";
import { IrcLineClient } from "../support/IrcLineClient.ts";
import { oneServer } from "../support/oneServer.ts";

const one = oneServer({ env: { IRC_LISTEN_ADDR: "127.0.0.1:0", IRC_FLOOD_LIMIT: "0" } });
const clients: Array<IrcLineClient> = [];
let address = "";
beforeAll(async () => {
  address = (await one.server.runFile()).irc!;
});
afterAll(() => {
  for (const client of clients) client.end();
});
const come = async (stem: string, ...first: ReadonlyArray<string>) => {
  const nick = freshName(stem);
  const client = await IrcLineClient.join(address, nick, ...first);
  clients.push(client);
  return Object.assign(client, { nick });
};

test("a burst is told whole and in order, whoever each line mentions, and what is refused likewise", async () => {
  const [ann, bob] = [await come("ann", "CAP REQ echo-message"), await come("bob")];
  const channel = `#${freshName("c")}`;
  for (const client of [ann, bob]) await client.sync(`JOIN ${channel}`);
  await ann.sync();
  // Those that name people are looked up first, the others are not: neither overtakes the other.
  const texts = Array.from({ length: 300 }, (_, n) => (n % 3 === 0 ? `@${bob.nick} ${n}` : `text ${n}`));
  const said = await ann.sync(...texts.map((text) => `PRIVMSG ${channel} :${text}`));
  const textsOf = (lines: ReadonlyArray<string>) => lines.map((line) => line.split(" :")[1]);
  expect(textsOf(said)).toEqual(texts);
  expect(textsOf(await bob.sync())).toEqual(texts);
  const lines = [
    `PRIVMSG ${channel} :before`,
    "PRIVMSG #nowhere1 :x",
    `PRIVMSG ${channel} :`,
    "NOTICE #nowhere2 :x",
    `PART ${channel}`,
    `PRIVMSG ${channel} :after`,
  ];
  const told = await ann.sync(...lines);
  expect(told.map((line) => line.split(" ")[1])).toEqual(["PRIVMSG", "403", "412", "403", "PART", "404"]);
  expect((await bob.sync()).map((line) => line.split(" ")[1])).toEqual(["PRIVMSG", "PART"]);
});
