import { describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { RawConnection } from "../support/RawConnection.ts";

// Attempts are limited by address, and here everybody is at one; how many of an account are tried is limited as ever.
const clickclack = oneServer({ args: ["--sign-ins-per-address", "100000/1"] });

const LOGIN = "/api/auth/password/login";
const CHANGE = "/api/auth/password/change";
const LOGOUT = "/api/auth/logout";
const PASSWORD = "correct horse battery";

const login = (body: object, headers: Readonly<Record<string, string>> = {}) =>
  clickclack.client.request("POST", LOGIN, { body, headers });

/** Somebody who signs in with a password. */
const signUp = async (name = "Ann") => {
  const person = await clickclack.client.signUp(name);
  await person.client.ok("POST", CHANGE, { body: { new_password: PASSWORD } });
  return { ...person, handle: person.user.handle };
};

const change = (client: ApiClient, next: string, current?: string) =>
  client.request("POST", CHANGE, {
    body: { new_password: next, ...(current !== undefined && { current_password: current }) },
  });

describe("signing in with a password", () => {
  it("answers as a one-time link does: a session, as a token and as a cookie", async () => {
    const { user, handle } = await signUp();
    const { status, body, headers } = await login({ identifier: `@${handle}`, password: PASSWORD });
    expect([status, body.user]).toEqual([200, { ...user, password_enrolled: true }]);
    expect(body.session).toEqual({ id: body.session.id, token: body.token, expires_at: expect.any(String) });
    expect(body.session.id).toMatch(/^ses_/);
    expect(headers.get("Set-Cookie")).toBe(
      `cc_session=${body.token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000`,
    );
    const me = await clickclack.client.withToken(body.token).me();
    expect(me).toEqual({ ...user, password_enrolled: true });
    const { members } = await membersSeenBy(user.id);
    expect(JSON.stringify(members)).not.toContain("enrolled");
  });

  it("is refused alike whatever is wrong, and tells nothing", async () => {
    const { handle } = await signUp();
    const { user: without } = await clickclack.client.signUp("Without");
    const gone = await signUp("Gone");
    await clickclack.operator.deactivate(gone.user.id);
    const answers = [
      await login({ identifier: handle, password: "wrong horse" }),
      await login({ identifier: "nobody", password: PASSWORD }),
      await login({ identifier: "nobody@example.com", password: PASSWORD }),
      await login({ identifier: without.handle, password: PASSWORD }),
      await login({ identifier: gone.handle, password: PASSWORD }),
      await login({ identifier: "a.b*>", password: PASSWORD }),
    ];
    const told = answers.map(({ status, body, headers }) => {
      const { request_id: _, ...rest } = body;
      return JSON.stringify([status, rest, headers.get("Set-Cookie")]);
    });
    expect([...new Set(told)].map((text) => JSON.parse(text))).toEqual([
      [401, { error: "the name, the password or the code is wrong", code: "invalid_credentials" }, null],
    ]);
  });

  it.each([
    ["from another site", { Origin: "https://elsewhere.example" }, 403, "csrf_required"],
    ["from an opaque origin", { Origin: "null" }, 403, "csrf_required"],
    ["from a cross-site page", { "Sec-Fetch-Site": "cross-site" }, 403, "csrf_required"],
    ["as a form", { "Content-Type": "text/plain" }, 415, "unsupported_media_type"],
  ])("%s is refused, and sets no cookie", async (_, headers, status, code) => {
    const { handle } = await signUp();
    const raw = await fetch(`${clickclack.url}${LOGIN}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify({ identifier: handle, password: PASSWORD }),
    });
    const body = (await raw.json()) as { readonly code: string };
    expect([raw.status, body.code, raw.headers.get("Set-Cookie")]).toEqual([status, code, null]);
  });

  it("fixes no session: the cookie that came along is replaced by a new one", async () => {
    const { handle, token } = await signUp();
    const { headers, body } = await login(
      { identifier: handle, password: PASSWORD },
      { Cookie: `cc_session=${token}` },
    );
    expect(body.token).not.toBe(token);
    expect(headers.get("Set-Cookie")).toContain(`cc_session=${body.token};`);
  });

  it("refuses what is no password with a clear sentence", async () => {
    const { handle, client } = await signUp();
    const huge = "x".repeat(65_536);
    for (const [answer, told] of [
      [await login({ identifier: handle, password: huge }), /at most 256 characters/],
      [await change(client, huge, PASSWORD), /at most 256 characters/],
      [await change(client, "another password", huge), /at most 256 characters/],
      [await login({ identifier: handle, password: "" }), /a password is needed/],
      [await login({ identifier: handle, password: 7 }), /password/],
      [await login({ identifier: "x".repeat(10_000), password: PASSWORD }), /identifier/],
      [await login({ password: PASSWORD }), /identifier/],
    ] as const) {
      expect(answer.status).toBe(400);
      expect(answer.body.error).toMatch(told);
      expect(answer.body.error.length).toBeLessThan(200);
      expect(JSON.stringify(answer.body)).not.toContain("xxxxxxxxxx");
    }
  });

  it("takes a password as it was typed: with blanks, of any letters, of 256 characters", async () => {
    const { handle, client } = await signUp();
    let current = PASSWORD;
    for (const next of ["  blanks around  ", "пароль из букв", "密码密码密码密码", "x y".repeat(85)]) {
      expect((await change(client, next, current)).status).toBe(200);
      expect((await login({ identifier: handle, password: next })).status).toBe(200);
      expect((await login({ identifier: handle, password: `${next} ` })).status).not.toBe(200);
      current = next;
    }
  });
});

const membersSeenBy = async (userId: string) => {
  const { client } = await clickclack.client.signUp("Owner");
  const { id } = await client.createWorkspace();
  await clickclack.operator.addMember(id, userId);
  return client.ok("GET", `/api/workspaces/${id}/members`);
};

describe("wrong passwords", () => {
  it.each(["somebody", "nobody"])("of %s are tried ten times, then refused with 429", async (who) => {
    const identifier = who === "somebody" ? (await signUp()).handle : `nobody-${crypto.randomUUID()}`;
    const answers = await Promise.all(
      Array.from({ length: 15 }, (_, i) => login({ identifier, password: `wrong horse ${i}` })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(refused).toHaveLength(5);
    for (const { body, headers } of refused) {
      expect(body.code).toBe("too_many_requests");
      expect(Number(headers.get("Retry-After"))).toBeGreaterThan(30);
    }
    expect((await login({ identifier, password: PASSWORD })).status).toBe(429);
  });
});

describe("changing a password", () => {
  it("asks for the current one once there is one", async () => {
    const { client, handle } = await signUp();
    const wanted = await change(client, "another password");
    expect([wanted.status, wanted.body.code]).toEqual([400, "invalid_request"]);
    const wrong = await change(client, "another password", "wrong horse");
    expect([wrong.status, wrong.body.code]).toEqual([401, "invalid_credentials"]);
    expect((await change(client, "another password", PASSWORD)).body).toEqual({ ok: true });
    expect((await login({ identifier: handle, password: PASSWORD })).status).toBe(401);
    expect((await login({ identifier: handle, password: "another password" })).status).toBe(200);
  });

  it.each(["short", "password", "Qwertyuiop", PASSWORD])("to %s is refused", async (weak) => {
    const { client } = await signUp();
    const { status, body } = await change(client, weak, PASSWORD);
    expect([status, body.code]).toEqual([400, "weak_password"]);
  });

  it("to the handle or the email is refused", async () => {
    const { client, user } = await signUp("Somebody");
    const account = await clickclack.operator.deployment.accounts.load(user.id);
    for (const weak of [account!.email!, account!.email!.toUpperCase(), `@${user.handle}`])
      expect((await change(client, weak, PASSWORD)).body.code).toBe("weak_password");
  });

  it("ends every other session, and links, but neither its own session nor named tokens", async () => {
    const { client, user, handle } = await signUp();
    const { accounts } = clickclack.operator.deployment;
    const actor = { user_id: user.id };
    const other = (await login({ identifier: handle, password: PASSWORD })).body.token as string;
    const script = (await accounts.issueToken(user.id, "script", actor)).token;
    const link = (await accounts.issueMagicLink(user.id, actor)).token;
    expect((await change(client, "another password", PASSWORD)).status).toBe(200);
    const by = async (token: string) =>
      (await clickclack.client.withToken(token).request("GET", "/api/me")).status;
    expect(await by(other)).toBe(401);
    expect(await by(script)).toBe(200);
    expect((await client.request("GET", "/api/me")).status).toBe(200);
    const consumed = await clickclack.client.request("POST", "/api/auth/magic/consume", {
      body: { token: link },
    });
    expect(consumed.status).toBe(400);
  });

  it("of two at once lets one through", async () => {
    const { client } = await signUp();
    const both = await Promise.all([
      change(client, "password of one", PASSWORD),
      change(client, "password of two", PASSWORD),
    ]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
  });
});

describe("signing out", () => {
  it("ends the session of a bearer token, once", async () => {
    const { client } = await signUp();
    const { status, body, headers } = await client.request("POST", LOGOUT);
    expect([status, body]).toEqual([200, { ok: true }]);
    expect(headers.get("Set-Cookie")).toBe("cc_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    expect((await client.request("GET", "/api/me")).status).toBe(401);
    expect((await client.request("POST", LOGOUT)).status).toBe(401);
  });

  it("ends the session of a cookie, from a page of our own alone", async () => {
    const { token, client } = await signUp();
    const out = async (...headers: ReadonlyArray<readonly [string, string]>) => {
      const connection = await RawConnection.open(clickclack.url);
      const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
      const host = new URL(clickclack.url).host;
      connection.write(`POST ${LOGOUT} HTTP/1.1\r\nHost: ${host}\r\n${lines}Content-Length: 0\r\n\r\n`);
      const answer = await connection.answer();
      connection.socket.destroy();
      return answer!.status;
    };
    const cookie = ["Cookie", `cc_session=${token}`] as const;
    const intent = ["X-ClickClack-CSRF", "1"] as const;
    expect(await out(cookie)).toBe(403);
    expect(await out(cookie, intent, ["Origin", "https://elsewhere.example"])).toBe(403);
    expect((await client.request("GET", "/api/me")).status).toBe(200);
    expect(await out(cookie, intent)).toBe(200);
    expect((await client.request("GET", "/api/me")).status).toBe(401);
  });

  it("leaves other sessions, and tells holders of named tokens to revoke them", async () => {
    const { client, user, handle } = await signUp();
    const { accounts } = clickclack.operator.deployment;
    const { token } = await accounts.issueToken(user.id, "script", { user_id: user.id });
    const script = clickclack.client.withToken(token);
    const other = clickclack.client.withToken(
      (await login({ identifier: handle, password: PASSWORD })).body.token,
    );
    const refused = await script.request("POST", LOGOUT);
    expect([refused.status, refused.body.error]).toEqual([403, expect.stringContaining("revoking")]);
    await client.ok("POST", LOGOUT);
    expect((await other.request("GET", "/api/me")).status).toBe(200);
    expect((await script.request("GET", "/api/me")).status).toBe(200);
  });

  it("of nobody is 401, also in development mode", async () => {
    expect((await clickclack.client.request("POST", LOGOUT)).status).toBe(401);
    expect((await clickclack.client.withToken("cct_none").request("POST", LOGOUT)).status).toBe(401);
  });

  it("does not work with a token that was tampered with", async () => {
    const { client, token } = await signUp();
    const last = token.endsWith("0") ? "1" : "0";
    for (const forged of [`${token.slice(0, -1)}${last}`, `${token}0`, token.toUpperCase()])
      expect((await clickclack.client.withToken(forged).request("POST", LOGOUT)).status).toBe(401);
    expect((await client.request("GET", "/api/me")).status).toBe(200);
  });
});

it("no password is in what the server printed or in its log of events", async () => {
  const { client, user } = await signUp();
  const canary = `canary ${crypto.randomUUID()}`;
  await change(client, canary, PASSWORD);
  await login({ identifier: user.handle, password: canary });
  await login({ identifier: user.handle, password: `${canary} wrong` });
  const account = await clickclack.operator.deployment.accounts.load(user.id);
  expect(account!.password!.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(JSON.stringify([...account!.credentials])).not.toContain(canary);
  expect(clickclack.server.output).not.toContain(canary);
});
