import { Secret, TOTP, URI } from "otpauth";
import { describe, expect, it } from "vitest";
import { oneServer } from "../support/oneServer.ts";

const clickclack = oneServer({ args: ["--sign-ins-per-address", "100000/1"] });

const TOTP_PATH = "/api/me/totp";
const PASSWORD = "correct horse battery";

/** The codes of an authenticator: the one that it shows now, and the next; both are good for a minute and more. */
const authenticatorOf = (secret: string) => {
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  const now = Date.now();
  return { now: totp.generate({ timestamp: now }), next: totp.generate({ timestamp: now + 30_000 }) };
};

const signUp = async () => {
  const person = await clickclack.client.signUp("Ann");
  await person.client.ok("POST", "/api/auth/password/change", { body: { new_password: PASSWORD } });
  const login = (more: object = {}) =>
    clickclack.client.request("POST", "/api/auth/password/login", {
      body: { identifier: person.user.handle, password: PASSWORD, ...more },
    });
  return { ...person, login };
};

/** Somebody whose second factor is in force, with the code that was used for that and the one after it. */
const enrol = async () => {
  const person = await signUp();
  const { secret } = await person.client.ok("POST", TOTP_PATH, { body: { password: PASSWORD } });
  const { now: used, next } = authenticatorOf(secret);
  const confirmed = await person.client.ok("POST", `${TOTP_PATH}/confirm`, { body: { code: used } });
  const recovery = confirmed.recovery_codes as ReadonlyArray<string>;
  return { ...person, used, next, secret: secret as string, recovery };
};

const linkOf = async (userId: string) =>
  (await clickclack.operator.deployment.accounts.issueMagicLink(userId, { user_id: userId })).token;

const consume = (token: string, more: object = {}) =>
  clickclack.client.request("POST", "/api/auth/magic/consume", { body: { token, ...more } });

describe("a second factor", () => {
  it("is enrolled with the password, and in force once a code was given", async () => {
    const { client, login } = await signUp();
    const ask = (body: object) => client.request("POST", TOTP_PATH, { body });
    expect((await ask({})).status).toBe(400);
    const wrong = await ask({ password: "wrong horse" });
    expect([wrong.status, wrong.body.code]).toEqual([401, "invalid_credentials"]);
    const { status, body } = await ask({ password: PASSWORD });
    expect(status).toBe(201);
    expect((URI.parse(body.otpauth_url) as TOTP).secret.base32).toBe(body.secret);
    expect((await login()).status).toBe(200);
    expect(await client.me()).not.toHaveProperty("totp_enrolled");

    const confirm = (code: string) => client.request("POST", `${TOTP_PATH}/confirm`, { body: { code } });
    expect((await confirm("000000")).body.code).toBe("invalid_credentials");
    const confirmed = await confirm(authenticatorOf(body.secret).now);
    expect([confirmed.status, new Set(confirmed.body.recovery_codes).size]).toEqual([200, 10]);
    expect(await client.me()).toMatchObject({ password_enrolled: true, totp_enrolled: true });
    expect((await login()).body.code).toBe("second_factor_required");
    expect((await ask({ password: PASSWORD })).body.code).toBe("conflict");
    expect((await confirm("000000")).body.code).toBe("conflict");
  });

  it("is asked for with a right password alone", async () => {
    const { login } = await enrol();
    const answers = [
      await login(),
      await login({ password: "wrong horse" }),
      await login({ totp_code: "000000" }),
    ];
    expect(
      answers.map(({ status, body, headers }) => [status, body.code, headers.get("Set-Cookie")]),
    ).toEqual([
      [401, "second_factor_required", null],
      [401, "invalid_credentials", null],
      [401, "invalid_credentials", null],
    ]);
    const [, wrongPassword, wrongCode] = answers;
    expect(wrongCode!.body.error).toBe(wrongPassword!.body.error);
  });

  it("opens a session with each code once", async () => {
    const { login, used, next } = await enrol();
    expect((await login({ totp_code: used })).body.code).toBe("invalid_credentials");
    expect((await login({ totp_code: next })).status).toBe(200);
    for (const replayed of [next, used])
      expect((await login({ totp_code: replayed })).body.code).toBe("invalid_credentials");
  });

  it("given by many at once with one code lets one in", async () => {
    const { login, next: totp_code } = await enrol();
    const answers = await Promise.all(Array.from({ length: 8 }, () => login({ totp_code })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === "invalid_credentials")).toHaveLength(7);
  });

  it("is guessed ten times and no more, right codes included from then on", async () => {
    const { login, next } = await enrol();
    for (let i = 0; i < 10; i++) expect((await login({ totp_code: `nonsense${i}` })).status).toBe(401);
    expect((await login({ totp_code: next })).status).toBe(429);
  });

  it("has recovery codes, each good once", async () => {
    const { login, recovery } = await enrol();
    expect((await login({ totp_code: recovery[0] })).status).toBe(200);
    expect((await login({ totp_code: recovery[0] })).body.code).toBe("invalid_credentials");
    expect((await login({ totp_code: recovery[1]!.replaceAll("-", "") })).status).toBe(200);
  });

  it("is asked for by one-time links too, which stay good until it is given", async () => {
    const { user, next } = await enrol();
    const link = await linkOf(user.id);
    expect((await consume(link)).body.code).toBe("second_factor_required");
    expect((await consume(link, { totp_code: "000000" })).body.code).toBe("invalid_credentials");
    expect((await consume(link, { totp_code: next })).status).toBe(200);
    expect((await consume(link, { totp_code: next })).status).toBe(400);
  });

  it("does not matter for a link of somebody who has none", async () => {
    const { user } = await clickclack.client.signUp("Ann");
    expect((await consume(await linkOf(user.id), { totp_code: "000000" })).status).toBe(200);
  });

  it("is removed by the password, or by a code, and not without", async () => {
    const { client, login, used, next } = await enrol();
    const remove = (body: object) => client.request("DELETE", TOTP_PATH, { body });
    expect((await remove({})).status).toBe(400);
    expect((await remove({ password: "wrong horse" })).status).toBe(401);
    expect((await remove({ code: used })).status).toBe(401);
    expect((await remove({ code: next })).body).toEqual({ ok: true });
    expect((await login()).status).toBe(200);
    expect((await remove({ password: PASSWORD })).body.code).toBe("conflict");
    expect(await client.me()).not.toHaveProperty("totp_enrolled");
  });

  it("is not taken from somebody by another account's codes", async () => {
    const [ann, bob] = [await enrol(), await enrol()];
    expect((await ann.login({ totp_code: bob.next })).status).toBe(401);
    expect((await ann.login({ totp_code: bob.recovery[0] })).status).toBe(401);
  });

  it("shows its secret and codes to nobody afterwards", async () => {
    const { client, user, login, secret, recovery, next } = await enrol();
    await login({ totp_code: next });
    const account = await clickclack.operator.deployment.accounts.load(user.id);
    const seen = [
      JSON.stringify(account!.totp),
      JSON.stringify(await client.me()),
      clickclack.server.output,
    ].join("\n");
    for (const hidden of [secret, ...recovery, recovery[0]!.replaceAll("-", "")])
      expect(seen).not.toContain(hidden);
  });
});
