import { afterEach, describe, expect, test } from "vitest";
import { ClickClack } from "../support/ClickClack.ts";
import { freshName, IrcHttpClient } from "../support/IrcHttpClient.ts";
import { IrcLineClient } from "../support/IrcLineClient.ts";
import { until } from "../support/until.ts";

const stops: Array<() => unknown> = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});
const start = async () => {
  const server = await ClickClack.start({ env: { IRC_LISTEN_ADDR: "127.0.0.1:0" } });
  stops.push(() => server.stop());
  return server;
};
const come = async (server: ClickClack, nick: string) => {
  const client = await IrcLineClient.join((await server.runFile()).irc!, nick);
  stops.push(() => client.end());
  return client;
};

describe("whoever is here over IRC", () => {
  test("is present to those of the native API: by a connection, or by a poll", async () => {
    const server = await start();
    const watcher = await new IrcHttpClient(server.url).guest(freshName("watcher"));
    const ask = async (path: string) => {
      const headers = { Authorization: `Bearer ${watcher.token}` };
      // oxlint-disable-next-line typescript/no-explicit-any -- whatever the API says
      return (await (await fetch(`${server.url}/api${path}`, { headers })).json()) as any;
    };
    const { workspaces } = await ask("/workspaces");
    const present = async (): Promise<ReadonlyArray<string>> =>
      (await ask(`/workspaces/${workspaces[0].id}/presence`)).presence.map(
        ({ user_id }: { user_id: string }) => user_id,
      );
    expect(await present()).toEqual([]);
    const ann = await come(server, freshName("ann"));
    await until(async () => (await present()).length === 1, { what: "the connection to be present" });
    ann.end();
    await until(async () => (await present()).length === 0, { what: "it to be gone" });
    await watcher.drain();
    const poll = watcher.get(`/messages?after=${watcher.last}&timeout=20`);
    await until(async () => (await present()).includes(watcher.id), { what: "the poll to be present" });
    await watcher.say(watcher.nick, "enough");
    await poll;
  });

  test("leaves a nick that is free at once when its server was killed and is back", async () => {
    const server = await start();
    const [nick, channel] = [freshName("ann"), `#${freshName("c")}`];
    await (await come(server, nick)).sync(`JOIN ${channel}`);
    const http = await new IrcHttpClient(server.url).guest(freshName("http"));
    await http.join(channel);
    await http.drain();
    await server.kill();
    await server.start();
    const again = await come(server, nick);
    expect(again.lines.find((line) => line.includes(" 001 "))).toContain(` 001 ${nick} `);
    expect(again.lines.filter((line) => line.includes(" 433 "))).toEqual([]);
    const heard = await http.until(({ command }) => command === "QUIT");
    expect(heard).toMatchObject([{ command: "QUIT", from: nick, body: ["connection lost"] }]);
  });
});
