import { describe, expect, test } from "vitest";
import { freshName, type IrcHttpAnswer, IrcHttpClient } from "../support/IrcHttpClient.ts";
import { oneServer } from "../support/oneServer.ts";

/** Long enough that nothing comes back while a test runs. */
const WINDOW = 3_600;
const one = oneServer({
  args: ["--limit", `read=4/${WINDOW},write=3/${WINDOW},auth=3/${WINDOW}`, "--trusted-proxies", "127.0.0.1"],
});

/** A client's address that no other test has, as a proxy tells it. */
let hosts = 0;
const somewhere = () => ({ "X-Forwarded-For": `198.51.100.${++hosts}` });

const newcomer = async (): Promise<IrcHttpClient> => {
  const nick = freshName("ann");
  const { body } = await new IrcHttpClient(one.url).send("POST", "/session", { nick }, somewhere());
  return new IrcHttpClient(one.url, body);
};

const times = async (count: number, ask: () => Promise<IrcHttpAnswer>) => {
  const answers: Array<IrcHttpAnswer> = [];
  for (let i = 0; i < count; i++) answers.push(await ask());
  return answers;
};

const statuses = (answers: ReadonlyArray<IrcHttpAnswer>) => answers.map(({ status }) => status);

const expectRefused = ({ body, headers }: IrcHttpAnswer, limitClass: string, quota: number): void => {
  expect(body).toEqual({ error: "rate_limited", message: expect.stringContaining("too many requests") });
  expect(Number(headers.get("Retry-After"))).toBeGreaterThan(WINDOW / quota - 60);
  expect(headers.get("RateLimit-Policy")).toBe(`"${limitClass}";q=${quota};w=${WINDOW}`);
  expect(headers.get("RateLimit")).toMatch(new RegExp(`^"${limitClass}";r=0;t=\\d+$`));
  expect(headers.get("Access-Control-Expose-Headers")).toContain("RateLimit");
};

describe("a token", () => {
  test("may write as often as its quota has, wherever it does so, and reads apart from that", async () => {
    const ann = await newcomer();
    const write = () => ann.send("POST", "/messages", { to: ann.nick, body: "hi" }, somewhere());
    const answers = await times(4, write);
    expect(statuses(answers)).toEqual([201, 201, 201, 429]);
    expect(answers.map(({ headers }) => headers.get("RateLimit")?.split(";")[1])).toEqual([
      "r=2",
      "r=1",
      "r=0",
      "r=0",
    ]);
    expectRefused(answers[3]!, "write", 3);
    expect(await ann.send("POST", "/messages", { command: "PING" }, somewhere())).toMatchObject({
      status: 429,
    });
    expect(statuses(await times(5, () => ann.get("/state")))).toEqual([200, 200, 200, 200, 429]);
    const bob = await newcomer();
    expect(await bob.get("/state")).toMatchObject({ status: 200 });
  });

  test("has its polls counted as they begin, once each, however often they are woken", async () => {
    const ann = await newcomer();
    await ann.send("GET", "/messages?timeout=0", undefined, somewhere());
    const answers = await times(3, () => ann.get("/messages?after=1000000&timeout=1"));
    expect(statuses(answers)).toEqual([200, 200, 200]);
    const refused = await ann.get("/messages?timeout=30");
    expect(refused).toMatchObject({ status: 429 });
    expectRefused(refused, "read", 4);
  });
});

describe("an address", () => {
  test("may register, sign in and ask what the server is so often; its health is told to whoever asks", async () => {
    const here = somewhere();
    const open = [
      () => new IrcHttpClient(one.url).send("POST", "/session", { nick: freshName("x") }, here),
      () => new IrcHttpClient(one.url).send("GET", "/server", undefined, here),
      () => new IrcHttpClient(one.url).send("POST", "/login", { nick: "x", password: "y" }, here),
    ];
    const answers = await Promise.all(open.map((ask) => ask()));
    expect(statuses(answers)).toEqual([201, 200, 401]);
    for (const ask of open) expectRefused(await ask(), "auth", 3);
    const health = () =>
      new IrcHttpClient(one.url).send("GET", "/.well-known/healthcheck.json", undefined, here);
    expect(statuses(await times(5, health))).toEqual([200, 200, 200, 200, 200]);
  });

  test("counts where a token is wrong", async () => {
    const here = somewhere();
    const wrong = new IrcHttpClient(one.url, { token: "no such token" });
    const answers = await times(5, () => wrong.send("GET", "/state", undefined, here));
    expect(statuses(answers)).toEqual([401, 401, 401, 401, 429]);
    expectRefused(answers[4]!, "read", 4);
  });
});
