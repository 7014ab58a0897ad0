import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshName, IrcHttpClient, PASSWORD } from "../support/IrcHttpClient.ts";
import { IrcLineClient } from "../support/IrcLineClient.ts";
import { oneServer } from "../support/oneServer.ts";

const S = "irc.test";
const one = oneServer({
  env: {
    SERVER_NAME: S,
    MOTD: "hello",
    IRC_LISTEN_ADDR: "127.0.0.1:0",
    IRC_FLOOD_LIMIT: "0",
    LOGIN_RATE_LIMIT: "1000",
    LOGIN_RATE_BURST: "1000",
  },
});
let address: string;
const clients: Array<IrcLineClient> = [];
const join = async (nick: string, ...first: ReadonlyArray<string>) => {
  const client = await IrcLineClient.join(address, nick, ...first);
  clients.push(client);
  return client;
};
const open = async () => {
  const client = await IrcLineClient.connect(address);
  clients.push(client);
  return client;
};
/** Two in a channel of their own. */
const pair = async (...first: ReadonlyArray<string>) => {
  const [a, b, channel] = [freshName("ann"), freshName("bob"), `#${freshName("c")}`];
  const [ann, bob] = [await join(a, ...first), await join(b, ...first)];
  await ann.sync(`JOIN ${channel}`);
  await bob.sync(`JOIN ${channel}`);
  await ann.sync();
  return { ann, bob, a, b, channel };
};
const source = (nick: string) => `:${nick}!${nick.toLowerCase().slice(0, 10)}@${S}`;
const numericsOf = (lines: ReadonlyArray<string>) => lines.map((line) => line.split(" ")[1]);

beforeAll(async () => {
  address = (await one.server.runFile()).irc!;
});
afterAll(() => {
  for (const client of clients) client.end();
});

describe("registration", () => {
  test("greets with 001 to 005 and the message of the day; PING may come before", async () => {
    const client = await open();
    const nick = freshName("Ann");
    client.send("PING early");
    await client.expect(new RegExp(`^:${S} PONG ${S} :early$`));
    client.send(`NICK ${nick}`, "USER x 0 * :X");
    await client.expect(/ 376 /);
    const numerics = numericsOf(client.lines.slice(1));
    expect(numerics.slice(0, 4)).toEqual(["001", "002", "003", "004"]);
    expect(numerics.slice(-3)).toEqual(["375", "372", "376"]);
    const tokens = client.lines
      .filter((line) => line.includes(" 005 "))
      .flatMap((line) => line.split(" :")[0]!.split(" ").slice(3));
    expect(tokens).toEqual(expect.arrayContaining(["CASEMAPPING=ascii", "CHANTYPES=#", "PREFIX=(ov)@+"]));
    for (const token of tokens) expect(token.split("=").length).toBeLessThanOrEqual(2);
  });

  test("refuses bad nicks, those that are taken, and commands before it", async () => {
    const taken = freshName("ann");
    await join(taken);
    const client = await open();
    expect(
      numericsOf(await client.sync("NICK 7", "NICK", `NICK ${taken.toUpperCase()}`, "JOIN #c", "USER x")),
    ).toEqual(["432", "431", "433", "451", "461"]);
    client.send(`NICK ${freshName("free")}`, "USER x 0 * :x");
    await client.expect(/ 001 /);
    expect(
      numericsOf((await client.sync("USER x 0 * :x", "PASS x")).filter((line) => / 46\d /.test(line))),
    ).toEqual(["462", "462"]);
  });

  test("waits for CAP END, and tells what there is", async () => {
    const client = await open();
    const nick = freshName("cap");
    client.send("CAP LS 302", `NICK ${nick}`, "USER x 0 * :x");
    expect(await client.expect(/ CAP \S+ LS /)).toContain("sasl=PLAIN");
    client.send("CAP REQ :nonsense");
    await client.expect(/ CAP \S+ NAK :nonsense/);
    client.send("CAP REQ :server-time message-tags");
    await client.expect(/ CAP \S+ ACK :server-time message-tags/);
    expect(client.lines.some((line) => line.includes(" 001 "))).toBe(false);
    client.send("CAP END");
    expect(await client.expect(/ 001 /)).toMatch(/^@time=\d{4}-.*Z;msgid=\S+ :/);
  });

  test("with SASL PLAIN or PASS one is who one registered as over HTTP, with another client", async () => {
    const anyone = new IrcHttpClient(one.url);
    const ann = await anyone.register(freshName("Ann"));
    const channel = `#${freshName("c")}`;
    await ann.join(channel);
    const plain = Buffer.from(`\0${ann.nick}\0${PASSWORD}`).toString("base64");
    const client = await open();
    client.send("CAP REQ sasl", "AUTHENTICATE PLAIN");
    await client.expect(/^AUTHENTICATE \+/);
    client.send(`AUTHENTICATE ${Buffer.from(`\0${ann.nick}\0wrong password`).toString("base64")}`);
    await client.expect(/ 904 /);
    client.send("AUTHENTICATE PLAIN", `AUTHENTICATE ${plain}`);
    await client.expect(/ 900 .* 903 |900/);
    client.send(`NICK ${ann.nick}`, "USER x 0 * :x", "CAP END");
    await client.expect(new RegExp(` 001 ${ann.nick} `));
    await client.expect(new RegExp(`JOIN ${channel}$`));
    await client.expect(/ 366 /);
    await ann.say(channel, "from HTTP");
    await client.expect(new RegExp(`PRIVMSG ${channel} :from HTTP$`));
    const second = await open();
    second.send(`PASS ${PASSWORD.replaceAll(" ", "_")}`, `NICK ${ann.nick}`, "USER x 0 * :x");
    await second.expect(/ 464 /);
    await second.expect(/^ERROR /);
    const third = await open();
    third.send(`PASS :${PASSWORD}`, `NICK ${ann.nick}`, "USER x 0 * :x");
    await third.expect(new RegExp(` 001 ${ann.nick} `));
  });
});

describe("channels", () => {
  test("JOIN is echoed, then the topic, names and their end; the first is operator", async () => {
    const [a, b, channel] = [freshName("Ann"), freshName("bob"), `#${freshName("c")}`];
    const [ann, bob] = [await join(a), await join(b)];
    expect(await ann.sync(`JOIN ${channel}`)).toEqual([
      `${source(a)} JOIN ${channel}`,
      `:${S} 353 ${a} = ${channel} :@${a}`,
      `:${S} 366 ${a} ${channel} :End of the list of names`,
    ]);
    expect(await ann.sync(`TOPIC ${channel} :tea and cake`)).toEqual([
      `${source(a)} TOPIC ${channel} :tea and cake`,
    ]);
    expect(numericsOf(await bob.sync(`JOIN ${channel.toUpperCase()}`))).toEqual([
      "JOIN",
      "332",
      "353",
      "366",
    ]);
    expect(await ann.sync()).toEqual([`${source(b)} JOIN ${channel}`]);
    expect(await ann.sync(`PART ${channel} :bye`)).toEqual([`${source(a)} PART ${channel} :bye`]);
    expect(await bob.sync()).toEqual([`${source(a)} PART ${channel} :bye`]);
  });

  test("what is said reaches the others before the sender's PONG, and the sender if it asked for that", async () => {
    const { ann, bob, a, channel } = await pair();
    for (let n = 0; n < 20; n++) {
      expect(await ann.sync(`PRIVMSG ${channel} :hello ${n}`)).toEqual([]);
      expect(await bob.sync()).toEqual([`${source(a)} PRIVMSG ${channel} :hello ${n}`]);
    }
    await ann.sync("CAP REQ echo-message");
    expect(await ann.sync(`PRIVMSG ${channel} :me`)).toEqual([`${source(a)} PRIVMSG ${channel} :me`]);
  });

  test("texts of several lines and of great length become lines that are whole", async () => {
    const { ann, channel } = await pair();
    const http = await new IrcHttpClient(one.url).guest(freshName("http"));
    await http.join(channel);
    await ann.sync();
    await http.post("/messages", { to: channel, body: "hi\r\nQUIT\nNICK evil" });
    await http.say(channel, "ü".repeat(1_000));
    const lines = await ann.sync();
    expect(lines.slice(0, 3).map((line) => line.replace(/^\S+ /, ""))).toEqual([
      `PRIVMSG ${channel} :hi`,
      `PRIVMSG ${channel} :QUIT`,
      `PRIVMSG ${channel} :NICK evil`,
    ]);
    const text = lines.slice(3).map((line) => line.split(" :")[1]);
    expect(text.join("")).toBe("ü".repeat(1_000));
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(510);
  });

  test("errors have their numerics", async () => {
    const { ann, b, channel } = await pair();
    const stranger = await join(freshName("eve"));
    const cases = [
      [`PRIVMSG ${channel} :hi`, "404"],
      ["PRIVMSG #nowhere :hi", "403"],
      [`PRIVMSG ${freshName("no")} :hi`, "401"],
      ["PRIVMSG", "411"],
      [`PRIVMSG ${channel}`, "412"],
      ["NONSENSE", "421"],
      ["NICK", "431"],
      ["NICK 7up", "432"],
      [`NICK ${b}`, "433"],
      [`PART ${channel}`, "442"],
      ["PART #nowhere", "403"],
      ["JOIN", "461"],
      ["JOIN #a!b", "403"],
      [`KICK ${channel} ${b}`, "442"],
      ["MODE #nowhere", "403"],
      ["WHOIS", "431"],
      [`TOPIC ${channel} :x`, "442"],
    ] as const;
    for (const [line, numeric] of cases)
      expect(numericsOf(await stranger.sync(line)), line).toEqual([numeric]);
    await stranger.sync(`JOIN ${channel}`);
    expect(numericsOf(await stranger.sync(`KICK ${channel} ${b}`, `MODE ${channel} +m`))).toEqual([
      "482",
      "482",
    ]);
    expect(numericsOf(await ann.sync(`KICK ${channel} ${freshName("no")}`)).at(-1)).toBe("401");
  });

  test("modes do what they say", async () => {
    const { ann, bob, a, b, channel } = await pair();
    const said = async (...lines: ReadonlyArray<string>) => {
      await ann.sync(...lines);
      return bob.sync();
    };
    expect(await said(`MODE ${channel} +mv ${b}`)).toEqual([`${source(a)} MODE ${channel} +mv ${b}`]);
    expect(await bob.sync(`PRIVMSG ${channel} :voiced`)).toEqual([]);
    await said(`MODE ${channel} -v ${b}`);
    expect(numericsOf(await bob.sync(`PRIVMSG ${channel} :mute`))).toEqual(["404"]);
    await said(`MODE ${channel} -m+t`);
    expect(numericsOf(await bob.sync(`TOPIC ${channel} :x`))).toEqual(["482"]);
    expect(await said(`MODE ${channel} +k sesame`)).toEqual([`${source(a)} MODE ${channel} +k *`]);
    const eve = await join(freshName("eve"));
    expect(numericsOf(await eve.sync(`JOIN ${channel}`))).toEqual(["475"]);
    expect(numericsOf(await eve.sync(`JOIN ${channel} sesame`))[0]).toBe("JOIN");
    await eve.sync(`PART ${channel}`);
    await said(`MODE ${channel} -k+l * 2`);
    expect(numericsOf(await eve.sync(`JOIN ${channel}`))).toEqual(["471"]);
    await said(`MODE ${channel} -l`, `MODE ${channel} +i`);
    expect(numericsOf(await eve.sync(`JOIN ${channel}`))).toEqual(["473"]);
    const name =
      (await eve.sync("WHO nobody"), eve.lines.find((line) => line.includes(" 001 "))!.split(" ")[2]!);
    expect(numericsOf(await ann.sync(`INVITE ${name} ${channel}`))).toContain("341");
    await eve.expect(new RegExp(`INVITE ${name} ${channel}$`));
    expect(numericsOf(await eve.sync(`JOIN ${channel}`))[0]).toBe("JOIN");
    await ann.sync(`MODE ${channel} -i+b ${b}!*@*`, `KICK ${channel} ${b} :out`);
    await bob.expect(new RegExp(`KICK ${channel} ${b} :out$`));
    expect(numericsOf(await bob.sync(`JOIN ${channel}`))).toEqual(["474"]);
    expect(numericsOf(await ann.sync(`MODE ${channel} b`)).slice(-2)).toEqual(["367", "368"]);
    expect((await ann.sync(`MODE ${channel}`))[0]).toBe(`:${S} 324 ${a} ${channel} +t`);
    expect(numericsOf(await ann.sync(`MODE ${channel} +z`))).toEqual(["472"]);
    await ann.sync(`MODE ${channel} +o ${name}`);
    expect((await ann.sync(`NAMES ${channel}`))[0]).toContain(`@${name}`);
  });
});

describe("people", () => {
  test("NICK is told to those who share a channel, QUIT likewise, once each", async () => {
    const { ann, bob, a, channel } = await pair();
    const second = `#${freshName("c")}`;
    for (const client of [ann, bob]) await client.sync(`JOIN ${second}`);
    await ann.sync();
    const nick = freshName("Anna");
    expect(await ann.sync(`NICK ${nick}`)).toEqual([`${source(a)} NICK :${nick}`]);
    expect(await bob.sync()).toEqual([`${source(a)} NICK :${nick}`]);
    ann.send("QUIT :good night");
    await ann.expect(/^ERROR /);
    await bob.expect(new RegExp(`^${source(nick)} QUIT :good night$`));
    expect(await bob.sync()).toEqual([]);
    await join(nick);
    expect(channel).toBeTruthy();
  });

  test("a connection that breaks is a QUIT too", async () => {
    const { ann, bob, a } = await pair();
    ann.end();
    await bob.expect(new RegExp(`^${source(a)} QUIT :`));
  });

  test("WHO, WHOIS, AWAY, ISON, USERHOST, LIST, LUSERS, MOTD, VERSION and TIME answer", async () => {
    const { ann, a, b, channel } = await pair();
    const numerics = async (line: string) => numericsOf(await ann.sync(line));
    expect(await numerics(`WHO ${channel}`)).toEqual(["352", "352", "315"]);
    expect(await numerics(`WHOIS ${b}`)).toEqual(["311", "319", "312", "318"]);
    expect(await numerics(`WHOIS ${freshName("no")}`)).toEqual(["401"]);
    expect(await numerics("AWAY :tea")).toEqual(["306"]);
    expect(await numerics(`WHOIS ${a}`)).toContain("301");
    expect(await numerics("AWAY")).toEqual(["305"]);
    expect(await ann.sync(`ISON ${b} nobody`)).toEqual([`:${S} 303 ${a} :${b}`]);
    expect(await numerics(`USERHOST ${b}`)).toEqual(["302"]);
    expect(await numerics(`LIST ${channel}`)).toEqual(["321", "322", "323"]);
    expect(await numerics("LUSERS")).toEqual(["251", "254", "255"]);
    expect(await numerics("MOTD")).toEqual(["375", "372", "376"]);
    expect(await numerics("VERSION")).toEqual(["351"]);
    expect(await numerics("TIME")).toEqual(["391"]);
    expect(await numerics(`MODE ${a}`)).toEqual(["221"]);
  });

  test("private messages, notices and actions go both ways between the transports", async () => {
    const nick = freshName("ann");
    const ann = await join(nick);
    const http = await new IrcHttpClient(one.url).guest(freshName("http"));
    await http.drain();
    await ann.sync(
      `PRIVMSG ${http.nick} :psst`,
      `NOTICE ${http.nick} :note`,
      `PRIVMSG ${http.nick} :\u0001ACTION waves\u0001`,
    );
    expect(
      (await http.drain()).map(({ command, from, to, body, meta }) => [command, from, to, body, meta]),
    ).toEqual([
      ["PRIVMSG", nick, http.nick, ["psst"], undefined],
      ["NOTICE", nick, http.nick, ["note"], { notice: true }],
      ["PRIVMSG", nick, http.nick, ["waves"], { action: true }],
    ]);
    await http.say(nick, "back");
    await ann.expect(new RegExp(`^${source(http.nick)} PRIVMSG ${nick} :back$`));
  });
});

describe("capabilities", () => {
  test("labels come back on one line, on a batch, or on an ACK", async () => {
    const { ann, a, channel } = await pair("CAP REQ :labeled-response batch message-tags echo-message");
    const bare = (lines: ReadonlyArray<string>) =>
      lines.map((line) => line.replace(/;?msgid=[^ ;]+/, "").replace("@ ", ""));
    expect(bare(await ann.sync(`@label=x PRIVMSG ${channel} :hi`))).toEqual([
      `@label=x ${source(a)} PRIVMSG ${channel} :hi`,
    ]);
    expect(bare(await ann.sync("@label=y PONG x"))).toEqual([`@label=y :${S} ACK`]);
    const [first, ...rest] = bare(await ann.sync(`@label=z WHOIS ${a}`));
    expect(first).toMatch(new RegExp(`^@label=z :${S} BATCH \\+(\\S+) labeled-response$`));
    const ref = / \+(\S+)/.exec(first!)![1];
    for (const line of rest.slice(0, -1)) expect(line).toMatch(new RegExp(`^@batch=${ref} :`));
    expect(rest.at(-1)).toBe(`:${S} BATCH -${ref}`);
  });

  test("CHATHISTORY reads back what was said, with times and ids that HTTP tells too", async () => {
    const { ann, channel } = await pair("CAP REQ :batch message-tags server-time draft/chathistory");
    const http = await new IrcHttpClient(one.url).guest(freshName("http"));
    await http.join(channel);
    const ids: Array<string> = [];
    for (let n = 1; n <= 5; n++) ids.push((await http.say(channel, `m${n}`)).id);
    await ann.sync();
    const read = async (line: string) => {
      const lines = await ann.sync(`CHATHISTORY ${line}`);
      expect(lines[0]).toMatch(new RegExp(`^:${S} BATCH \\+\\S+ chathistory ${channel}$`));
      return lines.slice(1, -1).map((one) => [/msgid=([^; ]+)/.exec(one)?.[1], one.split(" :").at(-1)]);
    };
    const told = (...ns: ReadonlyArray<number>) => ns.map((n) => [ids[n - 1], `m${n}`]);
    expect(await read(`LATEST ${channel} * 3`)).toEqual(told(3, 4, 5));
    expect(await read(`BEFORE ${channel} msgid=${ids[3]} 2`)).toEqual(told(2, 3));
    expect(await read(`AFTER ${channel} msgid=${ids[1]} 2`)).toEqual(told(3, 4));
    expect(await read(`BETWEEN ${channel} msgid=${ids[0]} msgid=${ids[4]} 10`)).toEqual(told(2, 3, 4));
    expect(await read(`BEFORE ${channel} timestamp=2999-01-01T00:00:00.000Z 1`)).toEqual(told(4));
    expect((await ann.sync("CHATHISTORY LATEST"))[0]).toContain("FAIL CHATHISTORY INVALID_PARAMS");
    expect((await ann.sync("CHATHISTORY LATEST #nowhere * 5"))[0]).toContain(
      "FAIL CHATHISTORY INVALID_TARGET",
    );
  });
});

describe("bad input", () => {
  test("lines that are too long and bytes of garbage are answered, and the connection goes on", async () => {
    const client = await join(freshName("ann"));
    expect(numericsOf(await client.sync(`PRIVMSG x :${"y".repeat(600)}`))).toEqual(["417"]);
    client.bytes(Buffer.from([0, 1, 2, 255, 254, 13, 13, 10, 10, 10]));
    client.bytes(Buffer.from("z".repeat(20_000)));
    client.bytes(Buffer.from("\n"));
    const lines = await client.sync();
    expect(numericsOf(lines)).toContain("417");
    const stray = await open();
    stray.bytes(Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    expect(numericsOf(await stray.sync())).toEqual(["451", "451"]);
  });
});

test("every line has its answer well under a second", async () => {
  const { ann, channel } = await pair();
  const slowest = { ms: 0, line: "" };
  for (const line of [
    `PRIVMSG ${channel} :x`,
    `TOPIC ${channel} :x`,
    "LIST",
    `WHO ${channel}`,
    `NAMES ${channel}`,
    "PING x",
    `MODE ${channel}`,
  ]) {
    const begun = performance.now();
    await ann.sync(line);
    const ms = performance.now() - begun;
    if (ms > slowest.ms) Object.assign(slowest, { ms, line });
  }
  expect(slowest.ms, slowest.line).toBeLessThan(1_000);
});
