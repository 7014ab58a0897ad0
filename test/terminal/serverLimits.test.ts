import { describe, expect, test } from "vitest";
import { oneServer } from "../support/oneServer.ts";
import { freshName, TerminalSocket } from "../support/TerminalSocket.ts";
import { until } from "../support/until.ts";

const IDLE_MS = 3_000;
const one = oneServer({
  args: ["--no-history"],
  env: { TERMINAL_IDLE_TIMEOUT: "3s", METRICS: "1", TERMINAL_MAX_CONNECTIONS: "40" },
});
const join = (name = freshName(), hello: object = {}) =>
  TerminalSocket.join(one.server.webSocketUrl, name, hello);

/** The gauge of connections. */
const gauge = async (): Promise<number> => {
  const answer = await fetch(`${one.url}/metrics`);
  expect(answer.headers.get("content-type")).toContain("text/plain");
  return Number(/^clickclack_terminal_connections (\d+)$/m.exec(await answer.text())![1]);
};
const logged = () =>
  one.server.output.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as Record<string, unknown>];
    } catch {
      return [];
    }
  });

describe("whoever is too fast", () => {
  test("is told how long to wait, may still give commands, and is let on then", async () => {
    const client = await join();
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => (await client.type(`line ${n}`)).at(-1)!),
    );
    const refused = answers.filter(({ type }) => type === "error");
    expect(refused.length).toBeGreaterThan(0);
    expect(answers.filter(({ type }) => type === "ack").length).toBeGreaterThanOrEqual(20);
    expect(refused[0]).toMatchObject({ code: "rate_limited", retry_after: 1 });
    expect(refused[0]!.message).toContain("1 second");
    expect((await client.type("/users")).at(-1)!.type).toBe("ack");
    await until(async () => (await client.type("at last")).at(-1)!.type === "ack", {
      what: "a turn",
      everyMs: 200,
    });
    client.close();
  });
});

describe("whoever comes back and sends again what was done", () => {
  test("is too fast, and sends it once more: it is said once", async () => {
    const [other, client] = [await join(), await join()];
    const { resume } = client.welcome;
    await client.type("said once", "again");
    await until(async () => (await client.type("filler")).at(-1)!.type === "error", { what: "the limit" });
    await client.cut();
    const back = await join(client.welcome.username, { resume });
    expect((await back.type("said once", "again")).at(-1)).toMatchObject({ code: "rate_limited" });
    await until(async () => (await back.type("said once", "again")).at(-1)!.type === "ack", {
      what: "a turn",
      everyMs: 200,
    });
    await until(async () => (await back.type("the end")).at(-1)!.type === "ack", {
      what: "a turn",
      everyMs: 200,
    });
    await other.message("the end");
    expect(other.said.filter((text) => text === "said once")).toHaveLength(1);
    other.close();
    back.close();
  });
});

describe("whoever says nothing", () => {
  test("is warned, and sent away with 4008", async () => {
    const client = await join();
    const from = Date.now();
    await client.frame(({ type, text }) => type === "notice" && text!.includes("idle"), "a warning");
    expect(client.closed).toBeUndefined();
    expect((await client.end()).code).toBe(4008);
    expect(Date.now() - from).toBeLessThan(IDLE_MS * 2);
  });

  test("stays by saying something", async () => {
    const client = await join();
    await client.frame(({ type, text }) => type === "notice" && text!.includes("idle"), "a warning");
    await client.type("still here");
    const from = Date.now();
    await client.end();
    expect(Date.now() - from).toBeGreaterThan(IDLE_MS / 2);
  });
});

describe("the operator", () => {
  test("counts connections by metrics and by SIGUSR1", async () => {
    const [ann, bob] = [await join(), await join()];
    await until(async () => (await gauge()) === 2, { what: "two connections" });
    process.kill(one.server.pid!, "SIGUSR1");
    const told = await until(() => logged().find(({ msg }) => msg === "active connections"), {
      what: "the count",
    });
    expect(told["connections"]).toBe(2);
    ann.close();
    bob.close();
    await until(async () => (await gauge()) === 0, { what: "no connections" });
  });

  test("reads who came and went and that something was said, and not what", async () => {
    const client = await join();
    await client.type("a secret sentence");
    client.close();
    const name = client.welcome.username;
    await until(
      () => logged().some((line) => line["username"] === name && line["msg"] === "terminal disconnected"),
      {
        what: "the log",
      },
    );
    const lines = logged().filter(({ username }) => username === name);
    expect(lines.map(({ msg }) => msg)).toEqual([
      "terminal connected",
      "terminal message",
      "terminal disconnected",
    ]);
    expect(lines[0]).toMatchObject({ connections: expect.any(Number), address: "127.0.0.1" });
    expect(lines[1]).toMatchObject({ room: "lobby", characters: 17 });
    expect(one.server.output).not.toContain("secret sentence");
  });

  test("turns the history off", async () => {
    const client = await join();
    expect(await client.refused("/history")).toMatchObject({ code: "not_allowed" });
    client.close();
  });

  test("bounds the connections: one more hears so", async () => {
    const clients = [];
    await until(async () => (await gauge()) === 0, { what: "no connections" });
    for (let n = 0; n < 40; n++) clients.push(await TerminalSocket.open(one.server.webSocketUrl));
    const more = await TerminalSocket.open(one.server.webSocketUrl);
    expect((await more.end()).code).toBe(4003);
    expect(more.frames[0]).toMatchObject({ type: "error", code: "at_capacity" });
    for (const client of clients) client.close();
  });
});
