import { Secret, TOTP, URI } from "otpauth";
import { describe, expect, test } from "vitest";
import { ANYBODY, ann, memoryAccounts } from "../testing/memoryAccounts.ts";

const PASSWORD = "correct horse battery";

const setUp = async (password?: string) => {
  const context = memoryAccounts();
  const id = await context.accounts.create(ann, ANYBODY);
  const owner = { accountId: id, actor: { user_id: id }, address: "192.0.2.1" };
  if (password !== undefined) await context.passwords.set(id, password, ANYBODY);
  const codeOf = (secret: string, step = 0) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({
      timestamp: context.clock.now + step * 30_000,
    });
  return { ...context, id, owner, codeOf };
};

const failing = (code: string) => expect.objectContaining({ code }) as Error;

describe("enrolling a second factor", () => {
  test("gives a secret that authenticators take, and stores it sealed", async () => {
    const { secondFactors, owner, id, load } = await setUp();
    const { secret, url } = await secondFactors.enrol(owner, undefined);
    const parsed = URI.parse(url) as TOTP;
    expect([parsed.issuer, parsed.label, parsed.secret.base32]).toEqual(["ClickClack", ann.email, secret]);
    expect([parsed.algorithm, parsed.digits, parsed.period]).toEqual(["SHA1", 6, 30]);
    expect(JSON.stringify((await load(id))!.totp)).not.toContain(secret);
  });

  test("needs the password where there is one", async () => {
    const { secondFactors, owner } = await setUp(PASSWORD);
    await expect(secondFactors.enrol(owner, undefined)).rejects.toEqual(failing("invalid_request"));
    await expect(secondFactors.enrol(owner, "wrong horse")).rejects.toEqual(failing("invalid_credentials"));
    await secondFactors.enrol(owner, PASSWORD);
  });

  test("is confirmed by a code of the newest secret; recovery codes are stored as hashes", async () => {
    const { secondFactors, owner, id, load, codeOf } = await setUp();
    const older = await secondFactors.enrol(owner, undefined);
    const { secret } = await secondFactors.enrol(owner, undefined);
    await expect(secondFactors.confirm(owner, codeOf(older.secret))).rejects.toEqual(
      failing("invalid_credentials"),
    );
    const codes = await secondFactors.confirm(owner, codeOf(secret, 1));
    expect(codes).toHaveLength(10);
    for (const code of codes) expect(code).toMatch(/^([0-9a-z]{4}-){3}[0-9a-z]{4}$/);
    const stored = JSON.stringify((await load(id))!.totp);
    for (const code of codes) expect(stored).not.toContain(code.replaceAll("-", ""));
    await expect(secondFactors.confirm(owner, codeOf(secret))).rejects.toEqual(failing("conflict"));
  });

  test("is guessed ten times and no more", async () => {
    const { secondFactors, owner, codeOf } = await setUp();
    const { secret } = await secondFactors.enrol(owner, undefined);
    for (let i = 0; i < 10; i++)
      await expect(secondFactors.confirm(owner, "nonsense")).rejects.toEqual(failing("invalid_credentials"));
    await expect(secondFactors.confirm(owner, codeOf(secret))).rejects.toEqual(failing("too_many_requests"));
  });
});

describe("removing a second factor", () => {
  const inForce = async () => {
    const context = await setUp(PASSWORD);
    const { secret } = await context.secondFactors.enrol(context.owner, PASSWORD);
    const codes = await context.secondFactors.confirm(context.owner, context.codeOf(secret));
    const isEnrolled = async () => (await context.load(context.id))!.totp !== undefined;
    return { ...context, secret, codes, isEnrolled };
  };

  test("is for who knows the password, or has a code that was not used", async () => {
    const { secondFactors, owner, codeOf, secret, isEnrolled } = await inForce();
    const refused = async (proof: object, code: string) =>
      expect(secondFactors.remove(owner, proof)).rejects.toEqual(failing(code));
    await refused({}, "invalid_request");
    await refused({ password: "wrong horse" }, "invalid_credentials");
    await refused({ code: codeOf(secret) }, "invalid_credentials");
    await refused({ code: "nonsense" }, "invalid_credentials");
    expect(await isEnrolled()).toBe(true);
    await secondFactors.remove(owner, { code: codeOf(secret, 1) });
    expect(await isEnrolled()).toBe(false);
    await refused({ password: PASSWORD }, "conflict");
  });

  test.each(["password", "recovery code"])("is possible by the %s", async (what) => {
    const { secondFactors, owner, codes, isEnrolled } = await inForce();
    await secondFactors.remove(owner, what === "password" ? { password: PASSWORD } : { code: codes[3]! });
    expect(await isEnrolled()).toBe(false);
  });

  test("does not take a password from who has none", async () => {
    const { secondFactors, owner, codeOf } = await setUp();
    const { secret } = await secondFactors.enrol(owner, undefined);
    await secondFactors.confirm(owner, codeOf(secret));
    await expect(secondFactors.remove(owner, { password: "" })).rejects.toEqual(
      failing("invalid_credentials"),
    );
  });
});
