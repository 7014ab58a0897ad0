import { expect, test } from "vitest";
import { freshName, IrcHttpClient } from "../support/IrcHttpClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { ParkedPoll } from "../support/ParkedPoll.ts";

const one = oneServer();
const PEOPLE = 50;
const POLLS_EACH = 16;

// What they cost, and how soon they are woken, is measured by `scripts/bench/run irc`.
test("hundreds of parked polls are all woken by one message, each with that message alone", async () => {
  const anyone = new IrcHttpClient(one.url);
  const channel = `#${freshName("c")}`;
  const speaker = await anyone.guest(freshName("speaker"));
  await speaker.join(channel);
  const crowd = await Promise.all(Array.from({ length: PEOPLE }, () => anyone.guest(freshName("n"))));
  await Promise.all(crowd.map((client) => client.join(channel)));
  await Promise.all(crowd.map((client) => client.drain()));
  const polls = crowd.flatMap((client) => Array.from({ length: POLLS_EACH }, () => new ParkedPoll(client)));
  try {
    // What was sent behind them has been answered.
    for (let n = 0; n < 2; n++) await Promise.all(crowd.map((client) => client.get("/state")));
    const { id } = await speaker.say(channel, "wake up");
    for (const { text } of await Promise.all(polls.map(({ answered }) => answered))) {
      const { messages } = JSON.parse(text.slice(text.indexOf("\r\n\r\n")));
      expect(messages).toMatchObject([{ id, body: ["wake up"] }]);
    }
  } finally {
    for (const poll of polls) poll.end();
  }
});
