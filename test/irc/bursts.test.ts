import { expect, test } from "vitest";
import { freshName } from "../support/IrcHttpClient.ts";
import { oneIrcServer } from "./oneIrcServer.ts";

const { come } = oneIrcServer();
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
