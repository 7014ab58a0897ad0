import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { Cluster, clientOf } from "../support/Cluster.ts";

let cluster: Cluster;
let gateways: ReadonlyArray<ApiClient>;

beforeAll(async () => {
  cluster = await Cluster.create();
  gateways = [clientOf(await cluster.add()), clientOf(await cluster.add({ role: "gateway" }))];
});
afterAll(() => cluster?.stop());

const PASSWORD = "correct horse battery";

const signUp = async () => {
  const person = await gateways[0]!.signUp("Ann");
  await person.client.ok("POST", "/api/auth/password/change", { body: { new_password: PASSWORD } });
  const { handle: identifier } = person.user;
  /** At one gateway and the other in turns. */
  const login = (i: number, more: object = {}) =>
    gateways[i % 2]!.request("POST", "/api/auth/password/login", {
      body: { identifier, password: PASSWORD, ...more },
    });
  return { ...person, login };
};

const count = (answers: ReadonlyArray<{ readonly status: number }>, wanted: number): number =>
  answers.filter(({ status }) => status === wanted).length;

it("of forty wrong passwords at two gateways at once ten are verified", async () => {
  const { login } = await signUp();
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) => login(i, { password: `wrong horse ${i}` })),
  );
  expect([count(answers, 401), count(answers, 429)]).toEqual([10, 30]);
  expect([(await login(0)).status, (await login(1)).status]).toEqual([429, 429]);
});

it("one code of a second factor given at two gateways at once lets one in", async () => {
  const { client, login } = await signUp();
  const { secret } = await client.ok("POST", "/api/me/totp", { body: { password: PASSWORD } });
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  const now = Date.now();
  const code = totp.generate({ timestamp: now });
  await client.ok("POST", "/api/me/totp/confirm", { body: { code } });
  const totp_code = totp.generate({ timestamp: now + 30_000 });
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => login(i, { totp_code })));
  expect([count(answers, 200), count(answers, 401)]).toEqual([1, 7]);
});

it("a password that was changed at one gateway is the one that counts at the other", async () => {
  const { client, login } = await signUp();
  expect((await login(1)).status).toBe(200);
  const body = { current_password: PASSWORD, new_password: "another password" };
  await client.ok("POST", "/api/auth/password/change", { body });
  expect((await login(1)).status).toBe(401);
  expect((await login(1, { password: "another password" })).status).toBe(200);
});
