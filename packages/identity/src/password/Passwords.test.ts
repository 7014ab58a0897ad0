import { describe, expect, test } from "vitest";
import { ANYBODY, ann, memoryAccounts } from "../testing/memoryAccounts.ts";

const setUp = async () => {
  const context = memoryAccounts();
  const id = await context.accounts.create(ann, ANYBODY);
  const owner = { accountId: id, actor: { user_id: id }, address: "192.0.2.1" };
  const change = (next: string, current?: string) =>
    context.passwords.change({ ...owner, next, ...(current !== undefined && { current }) });
  const signIn = (password: string) =>
    context.signIns.byPassword({ identifier: "ann", password, address: "192.0.2.1" });
  return { ...context, id, owner, change, signIn };
};

const GOOD = "correct horse battery";

describe("changing a password", () => {
  test("asks for the current one once there is one", async () => {
    const { change, signIn } = await setUp();
    await change(GOOD);
    await expect(change("another password")).rejects.toMatchObject({ code: "invalid_request" });
    await expect(change("another password", "wrong horse")).rejects.toMatchObject({
      code: "invalid_credentials",
    });
    await change("another password", GOOD);
    await signIn("another password");
    await expect(signIn(GOOD)).rejects.toMatchObject({ code: "invalid_credentials" });
  });

  test("of two at once lets one through", async () => {
    const { change } = await setUp();
    await change(GOOD);
    const both = await Promise.allSettled([change("password of one", GOOD), change("password of two", GOOD)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  test("counts wrong ones as failed sign-ins", async () => {
    const { change, signIn } = await setUp();
    await change(GOOD);
    for (let i = 0; i < 10; i++)
      await expect(change("another password", `wrong ${i}`)).rejects.toMatchObject({ status: 401 });
    await expect(change("another password", GOOD)).rejects.toMatchObject({ code: "too_many_requests" });
    await expect(signIn(GOOD)).rejects.toMatchObject({ code: "too_many_requests" });
  });

  test.each([
    "short",
    "1234567",
    "\u{1f600}".repeat(7),
    "password",
    "PassWord1",
    "qwertyuiop",
    "aaaaaaaaaaaaaa",
    "ANN@example.org",
    GOOD,
  ])("to %s is refused, before anything is hashed", async (weak) => {
    const { change, hasher } = await setUp();
    await change(GOOD);
    hasher.verified.length = 0;
    await expect(change(weak, GOOD)).rejects.toMatchObject({ code: "weak_password", status: 400 });
    expect(hasher.verified).toEqual([]);
  });

  test("to the handle is refused, whatever it is", async () => {
    const { accounts, passwords } = await setUp();
    const id = await accounts.create({ kind: "human", displayName: "B", handle: "long-handle" }, ANYBODY);
    for (const next of ["long-handle", "@Long-Handle"])
      await expect(passwords.set(id, next, ANYBODY)).rejects.toMatchObject({ code: "weak_password" });
    await passwords.set(id, "long-handle2", ANYBODY);
  });
});

test("an operator sets a person's password, not a bot's", async () => {
  const { accounts, passwords, id, signIn } = await setUp();
  await passwords.set(id, GOOD, ANYBODY);
  await signIn(GOOD);
  const bot = await accounts.create({ kind: "bot", displayName: "Bot", ownerUserId: id }, ANYBODY);
  await expect(passwords.set(bot, GOOD, ANYBODY)).rejects.toMatchObject({ code: "not_allowed_for_bots" });
});
