import { expect, test } from "vitest";
import { oneServer } from "../support/oneServer.ts";
import { PipedChat } from "../support/terminal/PipedChat.ts";
import { freshName } from "../support/TerminalSocket.ts";

const one = oneServer({ env: { TERMINAL_RATE_LIMIT: "off" } });
const ROUNDS = 2;
const LINES = 15;

/** Somebody who writes from a pipe, and what stands in its output. */
const person = (name: string) => new PipedChat(["--url", one.server.webSocketUrl, "--name", name]);

test("three clients lose and double nothing while the server is killed and started again, and stay where they were", async () => {
  const names = ["ann", "bob", "cat"].map((name) => freshName(name));
  const room = freshName("room").toLowerCase();
  const people = names.map((name) => person(name));
  const [ann] = people;
  for (const [n, each] of people.entries()) await each.until(`connected as ${names[n]}`);
  ann!.write(`/create ${room}\n`);
  await ann!.until(`#${room}`);
  for (const each of people.slice(1)) each.write(`/join ${room}\n`);
  for (const name of names.slice(1)) await ann!.until(`${name} joined #${room}`);

  const said: Array<string> = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [n, each] of people.entries()) {
      const lines = Array.from({ length: LINES }, (_, line) => `${names[n]} says ${round}.${line};`);
      said.push(...lines);
      each.write(`${lines.join("\n")}\n`);
    }
    // In the middle of it, and most of it comes when nobody listens.
    await ann!.until(`says ${round}.2;`);
    await one.server.kill();
    for (const each of people) await each.until("connection lost, retrying in ");
    await one.server.start();
    for (const each of people) for (const line of said) await each.until(line);
  }
  for (const each of people) expect(await each.ended()).toBe(0);

  for (const each of people) {
    const shown = each.out.split("\n").filter((line) => line.includes(" says "));
    const texts = new Set(shown.map((line) => line.slice(line.indexOf("> ") + 2)));
    expect(shown).toHaveLength(said.length);
    expect(texts).toEqual(new Set(said));
    expect(shown.filter((line) => !line.includes(` #${room} <`))).toEqual([]);
    expect(each.err.match(/reconnected/g)?.length).toBeGreaterThanOrEqual(ROUNDS);
  }
  for (const [n, each] of people.entries()) {
    const own = each.out.split("\n").filter((line) => line.includes(`<${names[n]}> ${names[n]} says `));
    expect(own).toHaveLength(ROUNDS * LINES);
  }
});
