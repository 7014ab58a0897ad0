import { expect, test } from "vitest";
import { freshName, IrcHttpClient } from "../support/IrcHttpClient.ts";
import { oneIrcServer } from "./oneIrcServer.ts";

const { one, come } = oneIrcServer();
const CAPABILITIES =
  "CAP REQ :batch draft/chathistory message-tags server-time"; /** Somebody over HTTP with a channel in which one to seven were said, and a connection that is in it, too. */
const told = async () => {
  const http = await new IrcHttpClient(one.url).guest(freshName("http"));
  const channel = `#${freshName("c")}`;
  await http.join(channel);
  const sent: Array<{ id: string; ts: string }> = [];
  for (let n = 1; n <= 7; n++) sent.push(await http.say(channel, `m${n}`));
  const ann = await come("ann", CAPABILITIES);
  await ann.sync(`JOIN ${channel}`);
  const texts = async (command: string) => {
    await ann.sync();
    const lines = await ann.sync(`CHATHISTORY ${command}`);
    return lines
      .filter((line) => line.includes(" PRIVMSG "))
      .map((line) => line.split(" PRIVMSG ")[1]!.split(" :")[1]);
  };
  return { http, channel, sent, ann, texts };
};
/** A message of the native API, as the same person. */
const native = async ({ token }: IrcHttpClient, path: string, body?: object) => {
  const answer = await fetch(`${one.url}/api${path}`, {
    method: body ? "POST" : "GET",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  expect(answer.status).toBeLessThan(300);
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever the API says
  return (await answer.json()) as any;
};

test("CHATHISTORY reads before, after, between and around a message or a time, and the newest", async () => {
  const { channel, sent, texts } = await told();
  const at = (n: number) => `msgid=${sent[n - 1]!.id}`;
  expect(await texts(`LATEST ${channel} * 3`)).toEqual(["m5", "m6", "m7"]);
  expect(await texts(`LATEST ${channel} ${at(5)} 10`)).toEqual(["m6", "m7"]);
  expect(await texts(`BEFORE ${channel} ${at(4)} 2`)).toEqual(["m2", "m3"]);
  expect(await texts(`AFTER ${channel} ${at(4)} 2`)).toEqual(["m5", "m6"]);
  expect(await texts(`BETWEEN ${channel} ${at(2)} ${at(6)} 10`)).toEqual(["m3", "m4", "m5"]);
  expect(await texts(`BETWEEN ${channel} ${at(2)} ${at(6)} 2`)).toEqual(["m3", "m4"]);
  // The other way round, the newest of them come.
  expect(await texts(`BETWEEN ${channel} ${at(6)} ${at(2)} 2`)).toEqual(["m4", "m5"]);
  expect(await texts(`AROUND ${channel} ${at(4)} 3`)).toEqual(["m3", "m4", "m5"]);
  expect(await texts(`AROUND ${channel} ${at(4)} 1`)).toEqual(["m4"]);
  expect(await texts(`AFTER ${channel} timestamp=${sent[4]!.ts} 10`)).toEqual(["m6", "m7"]);
});

test("CHATHISTORY tells what was wrong with a request", async () => {
  const { channel, ann, sent } = await told();
  const cases = [
    [`NONSENSE ${channel} * 3`, "UNKNOWN_COMMAND"],
    [`LATEST ${channel}`, "INVALID_PARAMS"],
    [`LATEST ${channel} * x`, "INVALID_PARAMS"],
    [`LATEST ${channel} * 0`, "INVALID_PARAMS"],
    [`BEFORE ${channel} * 3`, "INVALID_PARAMS"],
    [`BETWEEN ${channel} msgid=${sent[0]!.id} nonsense 3`, "INVALID_PARAMS"],
    [`BEFORE ${channel} msgid=nonsense 3`, "INVALID_MSGREFTYPE"],
    [`LATEST #nowhere * 3`, "INVALID_TARGET"],
    [`TARGETS timestamp=x timestamp=y 3`, "INVALID_PARAMS"],
    [`TARGETS`, "INVALID_PARAMS"],
  ] as const;
  for (const [line, code] of cases)
    expect((await ann.sync(`CHATHISTORY ${line}`)).join("\n"), line).toContain(` FAIL CHATHISTORY ${code} `);
});

test("CHATHISTORY TARGETS names channels and people by when something was said last", async () => {
  const { http, channel, sent, ann } = await told();
  await http.say(ann.nick, "psst");
  await ann.expect(/:psst$/);
  const targets = async (from: string, to: string, limit = 10) =>
    (await ann.sync(`CHATHISTORY TARGETS timestamp=${from} timestamp=${to} ${limit}`))
      .filter((line) => line.includes(" CHATHISTORY TARGETS "))
      .map((line) => line.split(" TARGETS ")[1]!.split(" ")[0]);
  const [long, soon] = ["2020-01-01T00:00:00.000Z", "2100-01-01T00:00:00.000Z"];
  expect(await targets(long, soon)).toEqual([channel, http.nick]);
  expect(await targets(soon, long)).toEqual([channel, http.nick]);
  expect(await targets(long, soon, 1)).toEqual([channel]);
  expect(await targets(sent[6]!.ts, soon)).toEqual([http.nick]);
  expect(await targets(long, sent[0]!.ts)).toEqual([]);
});

test("replies of threads are told as they come and stand in every history, with what they reply to", async () => {
  const { http, channel, sent, ann, texts } = await told();
  const { workspaces } = await native(http, "/workspaces");
  const { channels } = await native(http, `/workspaces/${workspaces[0].id}/channels`);
  const { id: channelId } = channels.find(({ name }: { name: string }) => `#${name}` === channel);
  const page = await native(http, `/channels/${channelId}/messages`);
  const root = page.messages.find(({ body }: { body: string }) => body === "m2").id;
  await native(http, `/messages/${root}/thread/replies`, { body: "a reply" });
  expect(await ann.expect(/:a reply$/)).toContain(`+draft/reply=${sent[1]!.id}`);
  await http.say(channel, "m8");
  const read = (rest: string) => http.get(`/history?target=${encodeURIComponent(channel)}&${rest}`);
  const newest = (await read("limit=3")).body;
  expect(newest.map(({ body }: { body: Array<string> }) => body[0])).toEqual(["m7", "a reply", "m8"]);
  expect(newest[1].meta).toEqual({ reply_to: sent[1]!.id });
  const before = (await read(`limit=2&before=${newest[1].id}`)).body;
  expect(before.map(({ body }: { body: Array<string> }) => body[0])).toEqual(["m6", "m7"]);
  expect(await texts(`LATEST ${channel} * 2`)).toEqual(["a reply", "m8"]);
  const heard = await http.drain();
  expect(heard.filter(({ body }) => body[0] === "a reply")).toMatchObject([
    { meta: { reply_to: sent[1]!.id } },
  ]);
});

test("tags of clients' own go with what is said, now and in the history, to those who know tags", async () => {
  const { channel, sent, ann } = await told();
  const [bob, old] = [await come("bob", CAPABILITIES), await come("old")];
  for (const client of [bob, old]) await client.sync(`JOIN ${channel}`);
  await bob.sync(`@+draft/reply=${sent[0]!.id};+x=a\\sb;other=1 PRIVMSG ${channel} :tagged`);
  const line = await ann.expect(/:tagged$/);
  expect(line).toContain(`;+draft/reply=${sent[0]!.id};+x=a\\sb :`);
  expect(line).not.toContain("other=");
  expect(await old.expect(/:tagged$/)).toMatch(/^:bob/);
  const [again] = (await ann.sync(`CHATHISTORY LATEST ${channel} * 1`)).filter((it) =>
    it.endsWith(":tagged"),
  );
  expect(again).toContain(`;+draft/reply=${sent[0]!.id};+x=a\\sb :`);
  // Whoever knows no tags sends none.
  await old.sync(`@+x=1 PRIVMSG ${channel} :bare`);
  expect(await ann.expect(/:bare$/)).not.toContain("+x");
  const long = `@+x=${"y".repeat(4_080)} PRIVMSG ${channel} :long`;
  expect((await bob.sync(long)).at(-1)).toMatch(/ 417 /);
});
