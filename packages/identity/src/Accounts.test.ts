import { afterEach, describe, expect, test, vi } from "vitest";
import { parseToken } from "./credential/Token.ts";
import { ANYBODY, ann, codes, fulfilled, memoryAccounts, twenty } from "./testing/memoryAccounts.ts";

afterEach(() => void vi.useRealTimers());

describe("creating accounts", () => {
  test("of twenty with one email at once one succeeds", async () => {
    const { accounts, load } = memoryAccounts();
    const outcomes = await twenty((i) => accounts.create({ ...ann, displayName: `Ann ${i}` }, ANYBODY));
    const ids = fulfilled(outcomes);
    expect(ids).toHaveLength(1);
    expect(new Set(codes(outcomes))).toEqual(new Set(["conflict"]));
    expect((await accounts.findByEmail(" ANN@example.org "))!.id).toBe(ids[0]);
    expect((await load(ids[0]!))!.email).toBe("ann@example.org");
  });

  test("of twenty with one explicit handle at once one succeeds", async () => {
    const { accounts } = memoryAccounts();
    const outcomes = await twenty(() =>
      accounts.create({ kind: "human", displayName: "A", handle: "@Ann" }, ANYBODY),
    );
    expect(fulfilled(outcomes)).toHaveLength(1);
    expect(new Set(codes(outcomes))).toEqual(new Set(["name_taken"]));
  });

  test("twenty of one name at once get twenty handles", async () => {
    const { accounts, load } = memoryAccounts();
    const ids = fulfilled(
      await twenty(() => accounts.create({ kind: "human", displayName: "Ann" }, ANYBODY)),
    );
    const handles = await Promise.all(ids.map(async (id) => (await load(id))!.handle));
    expect(handles.toSorted()).toEqual(
      ["ann", ...Array.from({ length: 19 }, (_, i) => `ann-${i + 2}`)].toSorted(),
    );
  });

  test("a name that everybody has gets a handle too", async () => {
    const { accounts, load, reservations } = memoryAccounts();
    for (let n = 1; n <= 50; n++)
      await reservations.claim("handle", n === 1 ? "ann" : `ann-${n}`, "usr_other");
    const id = await accounts.create({ kind: "human", displayName: "Ann" }, ANYBODY);
    expect((await load(id))!.handle).toMatch(/^ann-[0-9a-z]{8}$/);
  });

  test("an explicit handle must be well formed", async () => {
    const { accounts } = memoryAccounts();
    const create = accounts.create({ kind: "human", displayName: "Ann", handle: "not a handle" }, ANYBODY);
    await expect(create).rejects.toMatchObject({ code: "invalid_request" });
  });

  test("what calls everybody is nobody's handle", async () => {
    const { accounts, load } = memoryAccounts();
    for (const handle of ["here", "@Channel", "everyone"])
      await expect(
        accounts.create({ kind: "human", displayName: "Ann", handle }, ANYBODY),
      ).rejects.toMatchObject({ code: "invalid_request", message: expect.stringContaining("everybody") });
    const id = await accounts.create({ kind: "human", displayName: "Everyone" }, ANYBODY);
    expect((await load(id))!.handle).toBe("everyone-2");
  });

  test("a handle that is refused or taken keeps no email from whoever comes again with another", async () => {
    const { accounts, load } = memoryAccounts();
    await accounts.create({ kind: "human", displayName: "Bob", handle: "bob" }, ANYBODY);
    for (const handle of ["not a handle", "bob"])
      await expect(accounts.create({ ...ann, handle }, ANYBODY)).rejects.toThrow();
    const id = await accounts.create({ ...ann, handle: "ann" }, ANYBODY);
    expect((await load(id))!.email).toBe("ann@example.org");
  });

  test.each(["ann", "ann@", "a b@example.org", "ann@example.org, bob@example.org", "an\u202en@example.org"])(
    "%j is no email",
    async (email) => {
      const { accounts, reservations } = memoryAccounts();
      await expect(accounts.create({ ...ann, email }, ANYBODY)).rejects.toMatchObject({
        code: "invalid_request",
      });
      expect(await reservations.find("email", email)).toBeUndefined();
    },
  );

  test("one email is one account's, however its letters are put together", async () => {
    const { accounts } = memoryAccounts();
    const id = await accounts.create({ ...ann, email: "Jose\u0301@example.org" }, ANYBODY);
    expect((await accounts.findByEmail("jos\u00e9@example.org"))?.id).toBe(id);
  });

  test("twenty who sign in with one new email at once are one account", async () => {
    const { accounts } = memoryAccounts();
    const ids = fulfilled(await twenty(() => accounts.findOrCreate(ann, ANYBODY)));
    expect(ids).toHaveLength(20);
    expect(new Set(ids).size).toBe(1);
    expect(await accounts.findOrCreate(ann, ANYBODY)).toBe(ids[0]);
  });

  test("an email claimed for an account that never came to be is free again after a minute, for one", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { accounts, reservations } = memoryAccounts();
    await reservations.claim("email", ann.email, "usr_never_created");
    await expect(accounts.create(ann, ANYBODY)).rejects.toMatchObject({ code: "conflict" });
    vi.setSystemTime(Date.now() + 60_001);
    const outcomes = await twenty(() => accounts.create(ann, ANYBODY));
    expect(fulfilled(outcomes)).toHaveLength(1);
    expect((await accounts.findByEmail(ann.email))!.id).toBe(fulfilled(outcomes)[0]);
  });

  test("an email of an existing account stays taken however long ago it was claimed", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { accounts } = memoryAccounts();
    await accounts.create(ann, ANYBODY);
    vi.setSystemTime(Date.now() + 3_600_000);
    await expect(accounts.create(ann, ANYBODY)).rejects.toMatchObject({ code: "conflict" });
  });

  test("a worker that cannot be reached is a failure to be tried again", async () => {
    const { accounts } = memoryAccounts({
      send: async () => ({ _tag: "Unavailable", message: "no worker" }),
    });
    await expect(accounts.create(ann, ANYBODY)).rejects.toMatchObject({ code: "unavailable", status: 503 });
  });
});

test("a bot is opened by tokens with scopes for one workspace alone", async () => {
  const { accounts, load } = memoryAccounts();
  const owner = await accounts.create(ann, ANYBODY);
  const id = await accounts.create({ kind: "bot", displayName: "Bot", ownerUserId: owner }, ANYBODY);
  expect(await load(id)).toMatchObject({ kind: "bot", ownerUserId: owner });
  const wanted = { name: "deploys", scopes: ["messages:read"] as const, workspaceId: "wsp_acme" };
  const issued = await accounts.issueBotToken(id, wanted, ANYBODY);
  expect(parseToken(issued.token)).toMatchObject({ prefix: "ccb", accountId: id });
  expect((await load(id))!.credentials.get(issued.credentialId)).toMatchObject({ ...wanted, kind: "token" });
  for (const refused of [accounts.issueToken(id, "all", ANYBODY), accounts.issueMagicLink(id, ANYBODY)])
    await expect(refused).rejects.toMatchObject({ code: "not_allowed_for_bots" });
  expect((await load(id))!.credentials.size).toBe(1);
});

test("a token is stored by its name and hash, and gone once it is revoked", async () => {
  const { accounts, load } = memoryAccounts();
  const id = await accounts.create(ann, ANYBODY);
  const issued = await accounts.issueToken(id, "script", ANYBODY);
  expect(issued.expiresAt).toBeUndefined();
  const { hash, accountId } = parseToken(issued.token)!;
  expect(accountId).toBe(id);
  expect((await load(id))!.credentials.get(issued.credentialId)).toMatchObject({ name: "script", hash });
  await accounts.revoke(id, issued.credentialId, ANYBODY);
  expect((await load(id))!.credentials.size).toBe(0);
  await expect(accounts.revoke(id, issued.credentialId, ANYBODY)).rejects.toMatchObject({
    code: "not_found",
  });
});
