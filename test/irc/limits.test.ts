import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { ClickClack } from "../support/ClickClack.ts";
import { freshName, IrcHttpClient, PASSWORD } from "../support/IrcHttpClient.ts";
import { IrcLineClient } from "../support/IrcLineClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { until } from "../support/until.ts";

const stops: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

describe("with HASHCASH_BITS", () => {
  const one = oneServer({
    env: { HASHCASH_BITS: "8", SERVER_NAME: "irc.test", LOGIN_RATE_LIMIT: "0.01", LOGIN_RATE_BURST: "3" },
  });

  const stamp = (): string => {
    const day = new Date().toISOString().slice(2, 10).replaceAll("-", "");
    const random = freshName("r");
    for (let n = 0; ; n++) {
      const text = `1:8:${day}:irc.test::${random}:${n}`;
      if (createHash("sha256").update(text).digest()[0] === 0) return text;
    }
  };

  test("registering takes a proof of work, each of them once", async () => {
    const anyone = new IrcHttpClient(one.url);
    for (const [path, body] of [
      ["/session", {}],
      ["/register", { password: PASSWORD }],
    ] as const) {
      expect(await anyone.post(path, { nick: freshName("a"), ...body })).toMatchObject({
        status: 402,
        body: { error: "payment_required", message: expect.stringContaining("1:8:YYMMDD:irc.test") },
      });
      const work = stamp();
      const nick = freshName("a");
      expect(await anyone.post(path, { nick, ...body, pow_token: work })).toMatchObject({
        status: 201,
        body: { nick },
      });
      expect(await anyone.post(path, { nick: freshName("a"), ...body, pow_token: work })).toMatchObject({
        status: 402,
      });
    }
    expect((await anyone.get("/server")).body).toMatchObject({ hashcash_bits: 8 });
    const header = { "X-Hashcash": stamp() };
    expect(await anyone.send("POST", "/session", { nick: freshName("a") }, header)).toMatchObject({
      status: 201,
    });
  });

  test("signing in is limited by address, and tells when to come back", async () => {
    const attempt = () =>
      new IrcHttpClient(one.url).post("/login", { nick: "nobody", password: "whatever it is" });
    for (let n = 0; n < 3; n++) expect(await attempt()).toMatchObject({ status: 401 });
    const refused = await attempt();
    expect(refused).toMatchObject({ status: 429, body: { error: "rate_limited" } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(10);
  });
});

test("a deployment that has an owner takes no registrations until it says to which workspace, and logs who tried", async () => {
  const server = await ClickClack.start({ args: ["--no-dev"], env: { LOG_LEVEL: "debug" } });
  stops.push(() => server.stop());
  const register = await new IrcHttpClient(server.url).post("/register", { nick: "ann", password: PASSWORD });
  expect(register).toMatchObject({ status: 403, body: { error: "forbidden" } });
  await new IrcHttpClient(server.url).get("/nowhere?token=secret");
  const logged = await until(
    () => {
      const lines = server.output.split("\n").filter((line) => line.includes('"IRC request"'));
      return lines.length === 2 && lines.map((line) => JSON.parse(line));
    },
    { what: "both requests to be logged" },
  );
  expect(logged).toMatchObject([
    { method: "POST", path: "/api/v1/register", status: 403, ms: expect.any(Number) },
    { method: "GET", path: "/api/v1/nowhere", status: 404 },
  ]);
  expect(server.output).not.toContain("secret");
  expect(server.output).not.toContain(PASSWORD);
});

test("MAX_MESSAGE_SIZE, QUEUE_MAX_AGE, MAX_HISTORY and IRC_FLOOD_LIMIT hold; with TLS there is a second port", async () => {
  const folder = await mkdtemp(join(tmpdir(), "clickclack-tls-"));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=irc.test", "-days", "1"];
  await promisify(execFile)("openssl", [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-keyout",
    key,
    "-out",
    cert,
    ...subject,
  ]);
  const server = await ClickClack.start({
    env: {
      MAX_MESSAGE_SIZE: "20",
      QUEUE_MAX_AGE: "1500ms",
      MAX_HISTORY: "3",
      IRC_LISTEN_ADDR: "127.0.0.1:0",
      IRC_TLS_LISTEN_ADDR: "127.0.0.1:0",
      IRC_TLS_CERT: cert,
      IRC_TLS_KEY: key,
      IRC_FLOOD_LIMIT: "100",
      IRC_FLOOD_BURST: "10",
    },
  });
  stops.push(() => server.stop());
  const ann = await new IrcHttpClient(server.url).guest(freshName("ann"));
  expect(await ann.post("/messages", { to: ann.nick, content: "x".repeat(21) })).toMatchObject({
    status: 413,
  });
  expect(await ann.post("/messages", { to: ann.nick, content: "x".repeat(20) })).toMatchObject({
    status: 201,
  });
  const { irc, irc_tls: tls } = await server.runFile();
  const secure = await IrcLineClient.connect(tls!, true);
  secure.send(`NICK ${freshName("tls")}`, "USER x 0 * :x");
  await secure.expect(/ 001 /);
  secure.end();
  const fast = await IrcLineClient.join(irc!, freshName("fast"));
  const begun = performance.now();
  await fast.sync(...Array.from({ length: 30 }, (_, n) => `PING ${n}`));
  // Thirty lines, ten of them at once, the rest at a hundred a second.
  expect(performance.now() - begun).toBeGreaterThan(150);
  fast.end();
  await expectBounds(server.url);
});

/** What was said long ago is no longer in a queue, and what is far back in no history. */
const expectBounds = async (url: string): Promise<void> => {
  const anyone = new IrcHttpClient(url);
  const channel = `#${freshName("c")}`;
  const ann = await anyone.guest(freshName("ann"));
  await ann.join(channel);
  await ann.drain();
  for (let n = 1; n <= 5; n++) await ann.say(channel, `m${n}`);
  const texts = (messages: ReadonlyArray<{ body: ReadonlyArray<string> }>) =>
    messages.map(({ body }) => body[0]);
  const read = async (rest = "") =>
    (await ann.get(`/history?target=${encodeURIComponent(channel)}${rest}`)).body;
  const page = await read();
  expect(texts(page)).toEqual(["m3", "m4", "m5"]);
  expect(await read(`&before=${page[0].id}`)).toEqual([]);
  await until(async () => (await ann.get(`/messages?after=${ann.last}`)).body.messages.length === 0, {
    what: "the messages to be too old",
  });
  await ann.say(channel, "new");
  expect(texts(await ann.drain())).toEqual(["new"]);
  expect(texts(await read())).toEqual(["m4", "m5", "new"]);
};
