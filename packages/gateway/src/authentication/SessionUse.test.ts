import type { CredentialState } from "@clickclack/identity/account/Account";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { newId } from "@clickclack/protocol/Ids";
import { SessionUse } from "./SessionUse.ts";

const BEGIN = Date.parse("2030-01-01T00:00:00.000Z");
const ACCOUNT = "usr_ann";

beforeEach(() => void vi.useFakeTimers({ now: BEGIN }));
afterEach(() => void vi.useRealTimers());

const at = (seconds: number) => new Date(BEGIN + seconds * 1_000).toISOString();
const session = (lastUsedAt?: string): CredentialState => ({
  id: newId("ses", BEGIN),
  kind: "session",
  hash: "h",
  issuedAt: at(0),
  ...(lastUsedAt !== undefined && { lastUsedAt }),
});

/** What is written down, and how to go to a second. */
const following = (idleSeconds: number, write: () => Promise<void> = async () => undefined) => {
  const written: Array<string> = [];
  const use = new SessionUse({
    idleMs: idleSeconds * 1_000,
    write: async (_, __, usedAt) => {
      await write();
      written.push(usedAt);
    },
  });
  let sockets: ReadonlyArray<{ userId: string; credentialId: string }> = [];
  use.start(() => sockets);
  return {
    use,
    written,
    go: (seconds: number) => vi.advanceTimersByTimeAsync(BEGIN + seconds * 1_000 - Date.now()),
    open: (...open: typeof sockets) => void (sockets = open),
  };
};

test("a session is idle from the end of its time on, and not sooner", async () => {
  const { use, go } = following(10);
  const one = session();
  await go(9.999);
  expect(use.isIdle(one)).toBe(false);
  await go(10);
  expect(use.isIdle(one)).toBe(true);
  expect(use.isIdle(session(at(0.001)))).toBe(false);
  expect(use.unusedSince()).toBe(at(0));
});

test("nothing is ever idle where that is off, and a use is written once a day", async () => {
  const { use, written, go } = following(0);
  const one = session();
  await go(23 * 3_600);
  use.touch(ACCOUNT, one);
  expect([use.isIdle(one), use.unusedSince()]).toEqual([false, undefined]);
  await go(25 * 3_600);
  expect(written).toEqual([at(23 * 3_600)]);
});

test("access tokens are never idle, and their use is not written", async () => {
  const { use, written, go } = following(10);
  const token = { ...session(), kind: "token" as const };
  await go(100);
  expect(use.isIdle(token)).toBe(false);
  use.touch(ACCOUNT, token);
  await go(200);
  expect(written).toEqual([]);
});

test("of many uses one is written in a tenth of the time, the last one with its own time", async () => {
  const { use, written, go } = following(100);
  const one = session();
  for (let i = 1; i <= 25; i++) {
    await go(i);
    use.touch(ACCOUNT, one);
  }
  await go(60);
  expect(written.length).toBeGreaterThanOrEqual(3);
  expect(written.length).toBeLessThanOrEqual(4);
  expect(written.at(-1)).toBe(at(25));
});

test("what cannot be written counts where it happened", async () => {
  const { use, go } = following(100, async () => {
    throw new Error("away");
  });
  const one = session();
  await go(9);
  use.touch(ACCOUNT, one);
  await go(108.9);
  expect(use.isIdle(one)).toBe(false);
});

test("a time of half a second works too", async () => {
  const { use, written, go } = following(0.5);
  const one = session();
  await go(0.1);
  use.touch(ACCOUNT, one);
  await go(0.4);
  expect(written).toEqual([at(0.1)]);
});

test("an open socket is a use, again and again", async () => {
  const { written, go, open, use } = following(10);
  const one = session();
  open({ userId: ACCOUNT, credentialId: one.id });
  await go(60);
  expect(use.isIdle({ ...one, lastUsedAt: written.at(-1)! })).toBe(false);
  expect(written.length).toBeLessThanOrEqual(61);
  open();
  await go(90);
  expect(use.isIdle({ ...one, lastUsedAt: written.at(-1)! })).toBe(true);
});

test("what could not be written is tried again, one at a time", async () => {
  let down = true;
  const { use, written, go } = following(100, async () => {
    if (down) throw new Error("away");
  });
  const one = session();
  await go(20);
  use.touch(ACCOUNT, one);
  await go(40);
  expect(written).toEqual([]);
  down = false;
  await go(45);
  expect(written).toEqual([at(20)]);
});

test("what is left is written when the gateway stops", async () => {
  const { use, written, go } = following(100);
  await go(5);
  use.touch(ACCOUNT, session());
  await use.stop();
  expect(written).toEqual([at(5)]);
});
