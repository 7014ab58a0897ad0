import { afterAll, beforeAll, expect, test } from "vitest";
import { freshName, IrcHttpClient } from "../support/IrcHttpClient.ts";
import { IrcLineClient } from "../support/IrcLineClient.ts";
import { oneServer } from "../support/oneServer.ts";

const one = oneServer({
  env: { SERVER_NAME: "irc.test", IRC_LISTEN_ADDR: "127.0.0.1:0", IRC_FLOOD_LIMIT: "0" },
});
const lines: Array<IrcLineClient> = [];
let address = "";
beforeAll(async () => {
  address = (await one.server.runFile()).irc!;
});
afterAll(() => {
  for (const client of lines) client.end();
});

const line = async (stem: string) => {
  const nick = freshName(stem);
  const client = await IrcLineClient.join(address, nick);
  lines.push(client);
  return Object.assign(client, { nick });
};
const http = (stem: string) => new IrcHttpClient(one.url).guest(freshName(stem));
const asked = (nick: string, channel: string) => [
  `LIST`,
  `LIST ${channel}`,
  `NAMES ${channel}`,
  `WHO ${channel}`,
  `WHOIS ${nick}`,
];
const namesOf = async (client: IrcHttpClient, scope: string): Promise<ReadonlyArray<string>> =>
  (await client.get(`/channels?scope=${scope}`)).body.map(({ name }: { name: string }) => name);

test("a secret channel is told of to those who are in it alone, and joined by its name", async () => {
  const [ann, bob, eve] = [await line("ann"), await line("bob"), await http("eve")];
  const name = freshName("c");
  const channel = `#${name}`;
  await ann.sync(`JOIN ${channel}`);
  await bob.sync(`JOIN ${channel}`);
  const isTold = async (client: IrcLineClient): Promise<ReadonlyArray<boolean>> => {
    const told: Array<boolean> = [];
    for (const question of asked(ann.nick, channel)) {
      const answers = await client.sync(question);
      told.push(answers.some((one) => / (322|353|352|319) /.test(one) && one.includes(channel)));
    }
    return told;
  };
  const outsider = await line("out");
  expect(await isTold(outsider)).toEqual([true, true, true, true, true]);
  expect((await ann.sync(`MODE ${channel} +s`)).at(-1)).toContain(` MODE ${channel} +s`);
  expect((await ann.sync(`MODE ${channel}`))[0]).toMatch(new RegExp(` 324 ${ann.nick} ${channel} \\+s$`));
  expect(await isTold(bob)).toEqual([true, true, true, true, true]);
  expect((await bob.sync(`NAMES ${channel}`))[0]).toContain(` 353 ${bob.nick} @ ${channel} :`);
  expect(await isTold(outsider)).toEqual([false, false, false, false, false]);
  for (const question of [`MODE ${channel}`, `TOPIC ${channel}`, `MODE ${channel} b`])
    expect((await outsider.sync(question))[0]).toMatch(/ 403 /);
  expect(await namesOf(eve, "all")).not.toContain(channel);
  for (const path of [`/channels/${name}`, `/channels/${name}/members`])
    expect(await eve.get(path)).toMatchObject({ status: 404, body: { error: "not_found" } });
  await eve.join(channel);
  expect(await namesOf(eve, "all")).toContain(channel);
  expect((await eve.get(`/channels/${name}`)).body).toMatchObject({ name: channel, modes: "+s" });
  // Not even whoever runs it is told, once it has left.
  await ann.sync(`PART ${channel}`);
  expect(await isTold(ann)).toEqual([false, false, false, false, false]);
  const { workspaces } = await one.client.ok("GET", "/api/workspaces");
  const { channels } = await one.client.ok("GET", `/api/workspaces/${workspaces[0].id}/channels`);
  expect(channels.map((it: { name: string }) => it.name)).toContain(name);
  await ann.sync(`JOIN ${channel}`, `MODE ${channel} -s`);
  expect(await isTold(outsider)).toEqual([true, true, true, true, true]);
});

test("the server says that it knows the mode; a channel that was made private keeps it", async () => {
  const ann = await line("ann");
  expect(ann.lines.find((it) => it.includes("CHANMODES="))).toContain("CHANMODES=b,k,l,imnst");
  const name = freshName("hidden");
  const { workspaces } = await one.client.ok("GET", "/api/workspaces");
  const { channel } = await one.client.ok("POST", `/api/workspaces/${workspaces[0].id}/channels`, {
    body: { name, kind: "private" },
  });
  expect(channel.name).toBe(name);
  expect((await ann.sync(`MODE #${name} +s`))[0]).toMatch(/ 403 /);
});
