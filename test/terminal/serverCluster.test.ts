import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ClickClack } from "../support/ClickClack.ts";
import { Cluster } from "../support/Cluster.ts";
import { freshName, TerminalSocket } from "../support/TerminalSocket.ts";

let cluster: Cluster;
let nodes: readonly [ClickClack, ClickClack];
const join = (node: 0 | 1, name = freshName(), hello: object = {}) =>
  TerminalSocket.join(nodes[node].webSocketUrl, name, hello);

beforeAll(async () => {
  cluster = await Cluster.create();
  const env = { TERMINAL_RATE_LIMIT: "off" };
  const first = await cluster.add({ env });
  nodes = [first, await cluster.add({ role: "gateway", env })];
});
afterAll(() => cluster.stop());

describe("two gateways", () => {
  test("are one room: who comes, what is said and who goes is told on both", async () => {
    const [ann, bob] = [await join(0), await join(1)];
    const [a, b] = [ann.welcome.username!, bob.welcome.username!];
    await ann.frame(({ type, username }) => type === "joined" && username === b, "bob's coming");
    await bob.type("over there");
    expect(await ann.message("over there")).toMatchObject({ username: b, room: "lobby" });
    await ann.type(`/msg ${b} psst`);
    await bob.message("psst");
    for (const one of [ann, bob]) {
      const { users } = (await one.type("/users"))[0]!;
      expect(users).toEqual(expect.arrayContaining([a, b]));
    }
    await bob.cut();
    await ann.frame(({ type, username }) => type === "left" && username === b, "bob's going");
    ann.close();
  });

  test("give one of 20 who come at once the same name", async () => {
    const name = freshName("race");
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, n) => join((n % 2) as 0 | 1, n % 3 ? name : name.toUpperCase())),
    );
    expect(all.filter((one) => one.of("welcome").length === 1)).toHaveLength(1);
    expect(all.flatMap((one) => one.of("error").map(({ code }) => code))).toEqual(
      Array(19).fill("username_taken"),
    );
    for (const one of all) one.close();
  });

  test("fill a room with a capacity together, and no more", async () => {
    const room = freshName("small");
    const maker = await join(0);
    await maker.type(`/create ${room} 3`);
    const others = await Promise.all(Array.from({ length: 8 }, (_, n) => join((n % 2) as 0 | 1)));
    const answers = await Promise.all(others.map(async (one) => (await one.type(`/join ${room}`)).at(-1)!));
    expect(answers.filter(({ type }) => type === "ack")).toHaveLength(2);
    for (const one of [maker, ...others]) one.close();
  });

  test("take up each other's connections, and end what is left of them", async () => {
    const [ann, room] = [await join(0), freshName("room")];
    const name = ann.welcome.username!;
    await ann.type(`/create ${room}`);
    const again = await join(1, name, { resume: ann.resume });
    expect(again.welcome).toMatchObject({ username: name, room });
    expect((await ann.end()).code).toBe(4003);
    expect((await again.type("/users"))[0]!.users).toEqual([name]);
    again.close();
  });

  test("go on without one that was killed: its people come back at the other with nothing lost or twice", async () => {
    const [ann, bob, room] = [await join(0), await join(1), freshName("room")];
    await ann.type(`/create ${room}`);
    await bob.type(`/join ${room}`);
    await ann.type("seen");
    await bob.message("seen");
    await nodes[1].kill();
    await bob.end();
    await ann.type("missed");
    const last = bob.of("message").at(-1)!.id!;
    const again = await join(0, bob.welcome.username, { resume: bob.resume, last });
    expect(again.welcome.room).toBe(room);
    await ann.type("live");
    await again.message("live");
    expect(again.said).toEqual(["missed", "live"]);
    await nodes[1].start();
    again.close();
    ann.close();
  });

  test("send their people away with 1012 when they are stopped", async () => {
    const [ann, bob] = [await join(0), await join(1)];
    await nodes[1].halt();
    expect((await bob.end()).code).toBe(1012);
    await ann.frame(
      ({ type, username }) => type === "left" && username === bob.welcome.username,
      "bob's going",
    );
    const again = await join(0, bob.welcome.username, { resume: bob.resume });
    expect(again.welcome.username).toBe(bob.welcome.username);
    expect(again.of("notice")).toEqual([]);
  });
});
