import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism, getPriority } from "node:os";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Argon2Hasher } from "./Argon2Hasher.ts";
import { MemoryPasswordHasher } from "./MemoryPasswordHasher.ts";

// On a busy machine hashing gets what is left of the processors.
vi.setConfig({ testTimeout: 60_000 });

let hasher = new Argon2Hasher();
afterEach(async () => {
  await hasher.stop();
  hasher = new Argon2Hasher();
});

const reasonOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "fulfilled",
    (error) => error,
  );

describe.each([
  ["Argon2", () => hasher],
  ["the one in memory", () => new MemoryPasswordHasher()],
] as const)("%s", (_, make) => {
  test("verifies what it hashed, and nothing else", async () => {
    const one = make();
    const hash = await one.hash("correct horse");
    expect(hash).not.toContain("correct horse");
    expect(await one.verify(hash, "correct horse")).toBe(true);
    expect(await one.verify(hash, "correct horsf")).toBe(false);
    expect(await one.verify(one.decoy, "")).toBe(false);
    expect([one.isOutdated(hash), one.isOutdated(one.decoy)]).toEqual([false, false]);
  });

  test("hashes the same password differently from another", async () => {
    const one = make();
    expect(await one.hash("one")).not.toBe(await one.hash("two"));
  });
});

test("a hash is of Argon2id with OWASP's parameters, salted", async () => {
  const [first, second] = await Promise.all([hasher.hash("same"), hasher.hash("same")]);
  const shape = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$]{22}\$[^$]{43}$/;
  expect(first).toMatch(shape);
  expect(hasher.decoy).toMatch(shape);
  expect(second).not.toBe(first);
});

test("an older hash is verified by its own parameters, and known as outdated", async () => {
  const older = "$argon2id$v=19$m=4096,t=1,p=1$";
  expect(
    hasher.isOutdated(`${older}c2FsdHNhbHRzYWx0c2FsdA$Y2xpY2tjbGFja2NsaWNrY2xhY2tjbGlja2NsYWNrY2w`),
  ).toBe(true);
});

test("a password is the same however its letters are written in Unicode", async () => {
  const hash = await hasher.hash("caf\u00e9 au lait");
  expect(await hasher.verify(hash, "cafe\u0301 au lait")).toBe(true);
});

test("what is no hash is an error that does not tell the password", async () => {
  const error = await reasonOf(hasher.verify("nonsense", "my secret"));
  expect(String(error)).toMatch(/no hash/);
  expect(String(error)).not.toContain("my secret");
  expect(await hasher.verify(hasher.decoy, "still works")).toBe(false);
});

test("threads are started by the first password, and leave one processor to everything else", async () => {
  expect(hasher.threads).toBe(0);
  await Promise.all(Array.from({ length: 12 }, () => hasher.verify(hasher.decoy, "x")));
  expect(hasher.threads).toBe(Math.max(1, availableParallelism() - 1));
  await hasher.stop();
  expect(hasher.threads).toBe(0);
});

const niceness = (): ReadonlyArray<number> =>
  readdirSync("/proc/self/task").map((task) =>
    Number(
      readFileSync(`/proc/self/task/${task}/stat`, "utf8")
        .replace(/^.*\) /, "")
        .split(" ")[16],
    ),
  );

test.runIf(process.platform === "linux")(
  "they give way to every other thread, which keep their priority",
  async () => {
    const [before, ofMain] = [niceness(), getPriority(process.pid)];
    await hasher.verify(hasher.decoy, "x");
    const after = niceness();
    expect(after.filter((nice) => nice === 19).length - before.filter((nice) => nice === 19).length).toBe(1);
    expect(getPriority(process.pid)).toBe(ofMain);
  },
);

test("who comes when too many wait is told to come again, and so is who waits when it stops", async () => {
  const all = Array.from({ length: 400 }, () => reasonOf(hasher.verify(hasher.decoy, "x")));
  const refused = await all.at(-1);
  expect(refused).toMatchObject({ code: "too_many_requests", headers: { "Retry-After": "5" } });
  await hasher.stop();
  const outcomes = await Promise.all(all);
  const told = outcomes.filter((outcome) => outcome !== "fulfilled");
  for (const one of told) expect(one).toMatchObject({ code: "too_many_requests" });
  await expect(hasher.hash("afterwards")).rejects.toMatchObject({ code: "too_many_requests" });
});

test("who has waited too long is told to come again", async () => {
  let now = 0;
  const slow = new Argon2Hasher({ threads: 1, now: () => now });
  const first = slow.verify(slow.decoy, "x");
  const second = reasonOf(slow.verify(slow.decoy, "x"));
  now = 10_001;
  expect(await first).toBe(false);
  expect(await second).toMatchObject({ code: "too_many_requests" });
  await slow.stop();
});

test("where threads never get to run, a spare one serves who waited, and who comes behind", async () => {
  const standing = () =>
    new Worker("require('node:worker_threads').parentPort.on('message', () => {})", { eval: true });
  const starved = new Argon2Hasher({ threads: 1, newThread: standing });
  const answers = ["x", "y", "z"].map((password) => starved.verify(starved.decoy, password));
  expect(await Promise.all(answers)).toEqual([false, false, false]);
  expect(await starved.verify(await starved.hash("pass"), "pass")).toBe(true);
  expect(starved.threads).toBe(1);
  await starved.stop();
});
