import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiClient } from "../support/ApiClient.ts";
import { ClickClack } from "../support/ClickClack.ts";
import { freshDatabase, freshNats } from "../support/services.ts";
import { Cli } from "./Cli.ts";

let server: ClickClack;
let cli: Cli;

beforeAll(async () => {
  const [nats, db] = await Promise.all([freshNats(), freshDatabase()]);
  server = await ClickClack.start({ nats: nats.url, db: db.url });
  cli = Cli.on(server.dataDir);
});
afterAll(() => server?.stop());

const SET = ["admin", "user", "set-password", "--user"];
const RESET = ["admin", "user", "reset-totp", "--user"];
const PASSWORD = "correct horse battery";

const signIn = (identifier: string, password: string) =>
  new ApiClient(server.url).request("POST", "/api/auth/password/login", { body: { identifier, password } });

describe("an operator sets a password", () => {
  test("that is piped in, which ends sessions and shows the password to nobody", async () => {
    const { user, client } = await new ApiClient(server.url).signUp("Ann");
    const ran = await cli.run([...SET, `@${user.handle}`], { stdin: `${PASSWORD}\n` });
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([
      0,
      `password of ${user.id} set; its sessions and links have ended\n`,
      "",
    ]);
    expect((await client.request("GET", "/api/me")).status).toBe(401);
    expect((await signIn(user.handle, PASSWORD)).status).toBe(200);
    expect(server.output).not.toContain(PASSWORD);
  });

  test("and is told as JSON", async () => {
    const { user } = await new ApiClient(server.url).signUp("Ann");
    const { code, stdout } = await cli.run([...SET, user.id, "--json"], { stdin: PASSWORD });
    expect([code, JSON.parse(stdout)]).toEqual([0, { user_id: user.id, password_set: true }]);
  });

  test("that nobody would guess, of somebody who is there", async () => {
    const { user } = await new ApiClient(server.url).signUp("Ann");
    for (const [name, stdin, code, told] of [
      [user.id, "password1\n", 1, /everybody tries first \(weak_password\)/],
      [user.id, "short\n", 1, /at least 8 characters/],
      [user.id, "\n", 2, /nothing was given/],
      [user.id, "x".repeat(257), 2, /at most 256 characters/],
      [user.id, "x".repeat(65_536), 2, /longer than 4096 bytes/],
      ["nobody@example.com", PASSWORD, 1, /there is no user/],
    ] as const) {
      const ran = await cli.run([...SET, name], { stdin });
      expect([ran.code, ran.stdout]).toEqual([code, ""]);
      expect(ran.stderr).toMatch(told);
    }
    expect((await signIn(user.handle, PASSWORD)).status).toBe(401);
  });
});

test("an operator takes the second factor of who has lost it away", async () => {
  const { user, client } = await new ApiClient(server.url).signUp("Ann");
  await client.ok("POST", "/api/auth/password/change", { body: { new_password: PASSWORD } });
  const { secret } = await client.ok("POST", "/api/me/totp", { body: { password: PASSWORD } });
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
  await client.ok("POST", "/api/me/totp/confirm", { body: { code } });
  expect((await signIn(user.handle, PASSWORD)).body.code).toBe("second_factor_required");
  const ran = await cli.run([...RESET, user.handle]);
  expect([ran.code, ran.stdout]).toEqual([0, `second factor of ${user.id} removed\n`]);
  expect((await signIn(user.handle, PASSWORD)).status).toBe(200);
  const again = await cli.run([...RESET, user.handle]);
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("no second factor")]);
});
