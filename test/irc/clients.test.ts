import { type ChildProcess, spawn } from "node:child_process";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "irc-framework";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { requireTool } from "../support/debianTools.ts";
import { freshName, IrcHttpClient, PASSWORD } from "../support/IrcHttpClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { until } from "../support/until.ts";

const one = oneServer({ env: { IRC_LISTEN_ADDR: "127.0.0.1:0", SERVER_NAME: "irc.test" } });
/** Installing a program takes its time on a bare machine. */
const INSTALL_MS = 600_000;

let host: string;
let port: string;
const ends: Array<() => unknown> = [];
beforeAll(async () => {
  [host, port] = (await one.server.runFile()).irc!.split(":") as [string, string];
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** Somebody over HTTP, in a channel of its own. */
const overHttp = async () => {
  const person = await new IrcHttpClient(one.url).guest(freshName("http"));
  const channel = `#${freshName("c")}`;
  await person.join(channel);
  await person.drain();
  return { person, channel };
};

const program = (path: string, args: ReadonlyArray<string>): ChildProcess => {
  const child = spawn(path, args, { stdio: ["pipe", "pipe", "pipe"] });
  child.stdout?.resume();
  child.stderr?.resume();
  ends.push(() => child.kill("SIGKILL"));
  return child;
};

describe("npm's irc-framework", () => {
  const enter = async (options: object, channel: string) => {
    const client = new Client();
    const heard: Array<{ nick: string; message: string; tags: Record<string, string> }> = [];
    client.on("privmsg", (event: never) => heard.push(event));
    const joined = new Promise<void>((resolve) => client.on("userlist", () => resolve()));
    client.on("registered", () => client.join(channel));
    client.connect({ host, port: Number(port), auto_reconnect: false, enable_chghost: true, ...options });
    ends.push(() => client.quit());
    await joined;
    return { client, heard };
  };

  test("joins, talks and hears people of HTTP", async () => {
    const { person, channel } = await overHttp();
    const nick = freshName("frame");
    const { client, heard } = await enter({ nick }, channel);
    client.say(channel, "hello from the framework");
    const seen = await person.until((it) => it.command === "PRIVMSG");
    expect(seen).toMatchObject([
      { command: "JOIN", from: nick },
      { command: "PRIVMSG", from: nick, body: ["hello from the framework"] },
    ]);
    const { id } = await person.say(channel, "hello from HTTP");
    await until(() => heard.length > 0, { what: "the framework to hear of it" });
    expect(heard).toMatchObject([{ nick: person.nick, message: "hello from HTTP", tags: { msgid: id } }]);
  });

  test("signs in by SASL", async () => {
    const { channel } = await overHttp();
    const person = await new IrcHttpClient(one.url).register(freshName("sasl"));
    const account = { account: person.nick, password: PASSWORD };
    const { client } = await enter({ nick: person.nick, account }, channel);
    client.say(channel, "both of me");
    expect(client.user.nick).toBe(person.nick);
    expect(await person.until((it) => it.command === "PRIVMSG")).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ body: ["both of me"] })]),
    );
  });
});

describe("Debian's ii", () => {
  test(
    "joins, talks and hears people of HTTP",
    async () => {
      const ii = await requireTool("ii");
      const { person, channel } = await overHttp();
      const folder = await mkdtemp(join(tmpdir(), "clickclack-ii-"));
      ends.push(() => rm(folder, { recursive: true, force: true }));
      const nick = freshName("ii");
      program(ii, ["-s", host, "-p", port, "-i", folder, "-n", nick]);
      const file = (...parts: ReadonlyArray<string>) => join(folder, host, ...parts);
      await until(async () => (await readFile(file("out"), "utf8")).includes("Welcome"), {
        what: "ii to connect",
      });
      await appendFile(file("in"), `/j ${channel}\n`);
      await until(async () => (await readFile(file(channel, "out"), "utf8")).length > 0, {
        what: "ii to join",
      });
      await appendFile(file(channel, "in"), "hello from ii\n");
      const seen = await person.until((it) => it.command === "PRIVMSG");
      expect(seen.at(-1)).toMatchObject({ from: nick, body: ["hello from ii"] });
      await person.say(channel, "hello from HTTP");
      await until(
        async () =>
          (await readFile(file(channel, "out"), "utf8")).includes(`<${person.nick}> hello from HTTP`),
        { what: "ii to hear of it" },
      );
    },
    INSTALL_MS,
  );
});

describe("Debian's weechat-headless", () => {
  test(
    "joins, talks and hears people of HTTP",
    async () => {
      const weechat = await requireTool("weechat-headless");
      const { person, channel } = await overHttp();
      const folder = await mkdtemp(join(tmpdir(), "clickclack-weechat-"));
      ends.push(() => rm(folder, { recursive: true, force: true }));
      const nick = freshName("wee");
      const commands = [
        "/set logger.file.flush_delay 0",
        "/set logger.file.auto_log on",
        `/server add here ${host}/${port} -notls`,
        "/set irc.server.here.ssl off",
        `/set irc.server.here.nicks ${nick}`,
        `/set irc.server.here.autojoin ${channel}`,
        `/set irc.server.here.command /wait 2s /msg ${person.nick} hello from weechat`,
        "/connect here",
      ];
      program(weechat, ["--dir", folder, ...commands.flatMap((command) => ["--run-command", command])]);
      const seen = await person.until((it) => it.command === "PRIVMSG", 60_000);
      expect(seen).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ command: "JOIN", from: nick, to: channel }),
          expect.objectContaining({ command: "PRIVMSG", from: nick, body: ["hello from weechat"] }),
        ]),
      );
      await person.say(channel, "hello from HTTP");
      const log = join(folder, "logs", `irc.here.${channel}.weechatlog`);
      await until(async () => (await readFile(log, "utf8")).includes("hello from HTTP"), {
        what: "weechat to hear of it",
        deadlineMs: 30_000,
      });
    },
    INSTALL_MS,
  );
});
