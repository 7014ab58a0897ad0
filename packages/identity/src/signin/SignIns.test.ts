import { Secret, TOTP } from "otpauth";
import { afterEach, describe, expect, test, vi } from "vitest";
import { parseToken } from "../credential/Token.ts";
import { MemoryPasswordHasher } from "../password/MemoryPasswordHasher.ts";
import { ANYBODY, ann, codes, fulfilled, memoryAccounts, twenty } from "../testing/memoryAccounts.ts";

const here = { address: "192.0.2.1" };
const PASSWORD = "correct horse battery";

afterEach(() => void vi.useRealTimers());

describe("a one-time link", () => {
  const withLink = async () => {
    const context = memoryAccounts();
    const id = await context.accounts.create(ann, ANYBODY);
    return { ...context, id, link: await context.accounts.issueMagicLink(id, ANYBODY) };
  };

  test("opens one session, however many use it at once", async () => {
    const { signIns, link, id, load } = await withLink();
    const outcomes = await twenty(() => signIns.byMagicLink(link.token, here));
    const [session, ...more] = fulfilled(outcomes);
    expect(more).toEqual([]);
    expect(new Set(codes(outcomes))).toEqual(new Set(["invalid_request"]));
    expect(session!.accountId).toBe(id);
    const stored = (await load(id))!.credentials;
    expect([...stored.keys()]).toEqual([session!.credentialId]);
    expect(stored.get(session!.credentialId)).toMatchObject({
      kind: "session",
      hash: parseToken(session!.token)!.hash,
      expiresAt: session!.expiresAt,
    });
  });

  test("opens nothing after a quarter of an hour", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { signIns, link } = await withLink();
    vi.setSystemTime(Date.parse(link.expiresAt!));
    await expect(signIns.byMagicLink(link.token, here)).rejects.toMatchObject({ code: "invalid_request" });
  });

  test("tells nobody why it opens nothing", async () => {
    const { accounts, signIns, link, id } = await withLink();
    const token = await accounts.issueToken(id, "script", ANYBODY);
    const other = memoryAccounts().signIns;
    const failures = await Promise.all([
      signIns.byMagicLink("nonsense", here).catch((error: unknown) => error),
      signIns.byMagicLink(token.token, here).catch((error: unknown) => error),
      signIns.byMagicLink(`${link.token.slice(0, -2)}00`, here).catch((error: unknown) => error),
      other.byMagicLink(link.token, here).catch((error: unknown) => error),
      accounts
        .deactivate(id, ANYBODY)
        .then(() => signIns.byMagicLink(link.token, here).catch((error: unknown) => error)),
    ]);
    for (const failure of failures) {
      expect(failure).toMatchObject({
        code: "invalid_request",
        message: "this link is unknown, used or expired",
      });
    }
  });
});

const withPassword = async () => {
  const context = memoryAccounts();
  const id = await context.accounts.create(ann, ANYBODY);
  const owner = { accountId: id, actor: { user_id: id }, ...here };
  await context.passwords.change({ ...owner, next: PASSWORD });
  const signIn = (more: { identifier?: string; password?: string; code?: string; address?: string } = {}) =>
    context.signIns.byPassword({ identifier: ann.email, password: PASSWORD, ...here, ...more });
  return { ...context, id, owner, signIn };
};

/** An account whose second factor is in force, and its authenticator. */
const withTotp = async () => {
  const context = await withPassword();
  const { clock, secondFactors, owner } = context;
  const { secret } = await secondFactors.enrol(owner, PASSWORD);
  const authenticator = new TOTP({ secret: Secret.fromBase32(secret) });
  const codeAt = (step: number) => authenticator.generate({ timestamp: clock.now + step * 30_000 });
  const recoveryCodes = await secondFactors.confirm(owner, codeAt(-1));
  return { ...context, codeAt, recoveryCodes };
};

const failureOf = (work: Promise<unknown>): Promise<{ code?: string; message?: string }> =>
  work.then(
    () => ({}),
    (error: { code: string; message: string }) => ({ code: error.code, message: error.message }),
  );

describe("a password", () => {
  test("opens a session by email or handle, however they are typed", async () => {
    const { signIn, id, load } = await withPassword();
    for (const identifier of ["ann@example.org", " ANN@Example.org ", "ann", "@Ann"]) {
      const session = await signIn({ identifier });
      expect(session.accountId).toBe(id);
      const { hash } = parseToken(session.token)!;
      expect((await load(id))!.credentials.get(session.credentialId)).toMatchObject({
        kind: "session",
        hash,
      });
    }
  });

  test("is verified once, and refused with one text, whatever is wrong", async () => {
    const context = await withPassword();
    const { accounts, hasher, signIn } = context;
    await accounts.create({ kind: "human", displayName: "Without" }, ANYBODY);
    const gone = await accounts.create({ kind: "human", displayName: "Gone" }, ANYBODY);
    await context.passwords.set(gone, PASSWORD, ANYBODY);
    await accounts.deactivate(gone, ANYBODY);
    await accounts.create({ kind: "bot", displayName: "Bot" }, ANYBODY);
    const failures = new Set<string>();
    for (const [identifier, password] of [
      ["ann", "wrong horse"],
      ["nobody", PASSWORD],
      ["nobody@example.org", PASSWORD],
      ["without", PASSWORD],
      ["gone", PASSWORD],
      ["bot", PASSWORD],
      ["", PASSWORD],
      ["../..*>", PASSWORD],
    ] as const) {
      hasher.verified.length = 0;
      failures.add(JSON.stringify(await failureOf(signIn({ identifier, password }))));
      expect([identifier, hasher.verified.length]).toEqual([identifier, 1]);
    }
    expect([...failures].map((text) => JSON.parse(text).code)).toEqual(["invalid_credentials"]);
  });

  test("is hashed anew when it was hashed by other parameters, and goes on opening sessions", async () => {
    const { id, load, signIn, signInsWith, hasher } = await withPassword();
    const before = (await load(id))!.password!;
    const today = new MemoryPasswordHasher("2");
    await signInsWith(today).byPassword({ identifier: "ann", password: PASSWORD, ...here });
    const after = (await load(id))!.password!;
    expect([hasher.isOutdated(after.hash), today.isOutdated(after.hash)]).toEqual([true, false]);
    expect(after.setAt).toBe(before.setAt);
    await signIn();
  });

  test("that is changed while it is being verified opens nothing", async () => {
    const { id, passwords, signInsWith } = await withPassword();
    const slow = new MemoryPasswordHasher();
    const verify = slow.verify.bind(slow);
    slow.verify = async (hash, password) => {
      await passwords.set(id, "another password", ANYBODY);
      return verify(hash, password);
    };
    const attempt = signInsWith(slow).byPassword({ identifier: "ann", password: PASSWORD, ...here });
    expect((await failureOf(attempt)).code).toBe("invalid_credentials");
  });
});

describe("wrong passwords", () => {
  const wrong = { password: "wrong horse" };

  test.each(["ann", "nobody"])("of %s: ten are verified, then one a minute", async (identifier) => {
    const { signIn, hasher, clock } = await withPassword();
    const attempts = async () =>
      Promise.all(Array.from({ length: 20 }, () => failureOf(signIn({ identifier, ...wrong }))));
    hasher.verified.length = 0;
    const told = (await attempts()).map(({ code }) => code);
    expect(told.filter((code) => code === "invalid_credentials")).toHaveLength(10);
    expect(told.filter((code) => code === "too_many_requests")).toHaveLength(10);
    expect(hasher.verified).toHaveLength(10);
    await expect(signIn({ identifier })).rejects.toMatchObject({ headers: { "Retry-After": "60" } });
    clock.now += 60_000;
    hasher.verified.length = 0;
    await attempts();
    expect(hasher.verified).toHaveLength(1);
  });

  test("by email and by handle are of one account", async () => {
    const { signIn, hasher } = await withPassword();
    hasher.verified.length = 0;
    for (let i = 0; i < 10; i++) await failureOf(signIn({ identifier: i % 2 ? "ann" : ann.email, ...wrong }));
    expect((await failureOf(signIn({ identifier: "@ann" }))).code).toBe("too_many_requests");
  });

  test("from one address do not keep the owner out from another", async () => {
    const { signIn } = await withPassword();
    for (let i = 0; i < 100; i++) await failureOf(signIn(wrong));
    expect((await failureOf(signIn())).code).toBe("too_many_requests");
    await signIn({ address: "192.0.2.2" });
  });

  test("from many addresses are limited all together", async () => {
    const { signIn, hasher } = await withPassword();
    hasher.verified.length = 0;
    for (let i = 0; i < 100; i++) await failureOf(signIn({ ...wrong, address: `192.0.2.${i % 50}` }));
    expect(hasher.verified).toHaveLength(50);
  });

  test("about many accounts from one address are limited all together, and do not count twice", async () => {
    const { signIn, hasher } = await withPassword();
    hasher.verified.length = 0;
    for (let i = 0; i < 30; i++) await failureOf(signIn(wrong));
    for (let i = 0; i < 300; i++) await failureOf(signIn({ identifier: `nobody${i}`, ...wrong }));
    expect(hasher.verified).toHaveLength(200);
    await signIn({ address: "192.0.2.2" });
  });

  test("are not forgiven by right ones, which do not count", async () => {
    const { signIn } = await withPassword();
    for (let i = 0; i < 30; i++) await signIn();
    for (let i = 0; i < 9; i++) await failureOf(signIn(wrong));
    for (let i = 0; i < 5; i++) await signIn();
    await failureOf(signIn(wrong));
    expect((await failureOf(signIn())).code).toBe("too_many_requests");
  });

  test("of links are limited by address", async () => {
    const { signIns, accounts, id } = await withPassword();
    for (let i = 0; i < 200; i++) await failureOf(signIns.byMagicLink("mgt_none", here));
    const { token } = await accounts.issueMagicLink(id, ANYBODY);
    expect((await failureOf(signIns.byMagicLink(token, here))).code).toBe("too_many_requests");
    await signIns.byMagicLink(token, { address: "192.0.2.2" });
  });
});

describe("a second factor", () => {
  test("is asked for once the password is right, and each code is good once", async () => {
    const { signIn, codeAt } = await withTotp();
    expect((await failureOf(signIn({ password: "wrong horse" }))).code).toBe("invalid_credentials");
    expect((await failureOf(signIn())).code).toBe("second_factor_required");
    // The code that proved the authenticator was used for that.
    for (const code of [codeAt(-1), codeAt(-2), codeAt(2), "000000", "nonsense"])
      expect((await failureOf(signIn({ code }))).code).toBe("invalid_credentials");
    await signIn({ code: codeAt(0) });
    expect((await failureOf(signIn({ code: codeAt(0) }))).code).toBe("invalid_credentials");
    await signIn({ code: ` ${codeAt(1).slice(0, 3)} ${codeAt(1).slice(3)}` });
    // Older than the one used last, though its time is not over.
    expect((await failureOf(signIn({ code: codeAt(0) }))).code).toBe("invalid_credentials");
  });

  test("of those who give one code at once lets one in", async () => {
    const { signIn, codeAt, signIns, accounts, id } = await withTotp();
    const { token } = await accounts.issueMagicLink(id, ANYBODY);
    const code = codeAt(0);
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 8 }, () => signIn({ code })),
      signIns.byMagicLink(token, { ...here, code }),
    ]);
    expect(fulfilled(outcomes)).toHaveLength(1);
    expect(new Set(codes(outcomes))).toEqual(new Set(["invalid_credentials"]));
  });

  test("has recovery codes, each good once", async () => {
    const { signIn, recoveryCodes } = await withTotp();
    expect(recoveryCodes).toHaveLength(10);
    expect(new Set(recoveryCodes).size).toBe(10);
    const [first, second] = recoveryCodes;
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => signIn({ code: first! })));
    expect(fulfilled(outcomes)).toHaveLength(1);
    await signIn({ code: second!.toUpperCase().replaceAll("-", " ") });
  });

  test("is asked for by links too, which stay good until it is given", async () => {
    const { signIns, accounts, id, codeAt } = await withTotp();
    const { token } = await accounts.issueMagicLink(id, ANYBODY);
    const consume = (code?: string) => signIns.byMagicLink(token, { ...here, ...(code && { code }) });
    expect((await failureOf(consume())).code).toBe("second_factor_required");
    expect((await failureOf(consume("000000"))).code).toBe("invalid_credentials");
    expect((await consume(codeAt(0))).accountId).toBe(id);
    expect((await failureOf(consume(codeAt(1)))).code).toBe("invalid_request");
  });

  test("is guessed as seldom as a password", async () => {
    const { signIn, signIns, accounts, id } = await withTotp();
    const { token } = await accounts.issueMagicLink(id, ANYBODY);
    const told: Array<string | undefined> = [];
    for (let i = 0; i < 8; i++) told.push((await failureOf(signIn({ code: "000000" }))).code);
    for (let i = 0; i < 8; i++)
      told.push((await failureOf(signIns.byMagicLink(token, { ...here, code: "000000" }))).code);
    expect(told.filter((code) => code === "invalid_credentials")).toHaveLength(10);
    expect(told.at(-1)).toBe("too_many_requests");
  });

  test("that was not confirmed, or was removed, is not asked for", async () => {
    const { signIn, secondFactors, owner, id } = await withPassword();
    await secondFactors.enrol(owner, PASSWORD);
    await signIn({ code: "000000" });
    const confirmed = await withTotp();
    await confirmed.secondFactors.reset(confirmed.id, ANYBODY);
    await confirmed.signIn();
    await expect(secondFactors.reset(id, ANYBODY)).resolves.toBeUndefined();
    await expect(secondFactors.reset(id, ANYBODY)).rejects.toMatchObject({ code: "conflict" });
  });
});
