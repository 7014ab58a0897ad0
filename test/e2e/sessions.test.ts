import { mintToken } from "@clickclack/identity/credential/Token";
import { newId } from "@clickclack/protocol/Ids";
import { describe, expect, it } from "vitest";
import { oneServer } from "../support/oneServer.ts";
import { until } from "../support/until.ts";

const clickclack = oneServer();

const CONSUME = "/api/auth/magic/consume";
const REQUEST = "/api/auth/magic/request";
const email = () => `${crypto.randomUUID()}@Example.com`;
const ask = async (body: object = { email: email(), display_name: "Ann" }) =>
  clickclack.client.ok("POST", REQUEST, { body });

describe("a one-time link", () => {
  it("is handed out with 201 and opens a session, as a token and as a cookie", async () => {
    const address = email();
    const { status, body } = await clickclack.client.request("POST", REQUEST, {
      body: { email: ` ${address} `, display_name: "Ann B." },
    });
    expect(status).toBe(201);
    expect(body.magic_link).toMatchObject({ email: address.toLowerCase(), display_name: "Ann B." });
    const { created_at, expires_at } = body.magic_link;
    expect(Date.parse(expires_at) - Date.parse(created_at)).toBe(15 * 60_000);
    const used = await clickclack.client.request("POST", CONSUME, { body: { token: body.token } });
    expect(used.status).toBe(200);
    const { user, session, token } = used.body;
    expect(user.display_name).toBe("Ann B.");
    expect(session.token).toBe(token);
    expect(session.id).toMatch(/^ses_/);
    expect(used.headers.get("Set-Cookie")).toMatch(
      new RegExp(`^cc_session=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000$`),
    );
    expect(await clickclack.client.withToken(token).me()).toEqual(user);
  });

  it("works once, also when it is used twenty times at once", async () => {
    const { token } = await ask();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => clickclack.client.request("POST", CONSUME, { body: { token } })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(
      answers.filter(({ status, body }) => status === 400 && body.code === "invalid_request"),
    ).toHaveLength(19);
  });

  it("for the same address, in any spelling, opens the same account", async () => {
    const address = email();
    const open = async (one: string) => {
      const { token } = await ask({ email: one });
      return (await clickclack.client.ok("POST", CONSUME, { body: { token } })).user.id;
    };
    const accounts = await Promise.all([
      open(address),
      open(address.toUpperCase()),
      open(address.toLowerCase()),
    ]);
    expect(new Set(accounts).size).toBe(1);
  });

  it("is no bearer token", async () => {
    const { token } = await ask();
    expect((await clickclack.client.withToken(token).request("GET", "/api/me")).status).toBe(401);
  });

  it.each([
    [1_000, 200],
    [-1_000, 400],
  ])("that is good for %i more ms is answered with %i", async (left, expected) => {
    const { accountId, token } = await linkFromTheLog(new Date(Date.now() - 60_000), left + 60_000);
    const answer = await clickclack.client.request("POST", CONSUME, { body: { token } });
    expect(answer.status).toBe(expected);
    if (expected === 200) expect(answer.body.user.id).toBe(accountId);
    else expect(answer.body.code).toBe("invalid_request");
  });

  it.each(["", "x", "mgt_", `mgt_${"0".repeat(58)}`, "*", "x".repeat(513)])(
    "that is no link is 400: %j",
    async (token) => {
      const answer = await clickclack.client.request("POST", CONSUME, { body: { token } });
      expect([answer.status, answer.body.code]).toEqual([400, "invalid_request"]);
      expect(answer.headers.has("Set-Cookie")).toBe(false);
    },
  );

  it.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])(
    "is not used by a body of type %j",
    async (type) => {
      const { token } = await ask();
      for (const body of [JSON.stringify({ token }), `token=${token}`]) {
        const answer = await clickclack.client.request("POST", CONSUME, {
          headers: { "Content-Type": type },
          body,
        });
        expect([answer.status, answer.body.code]).toEqual([415, "unsupported_media_type"]);
      }
      const headers = { "Content-Type": "application/json; charset=utf-8" };
      expect((await clickclack.client.request("POST", CONSUME, { headers, body: { token } })).status).toBe(
        200,
      );
    },
  );

  it.each([
    {},
    { email: "nobody" },
    { email: "a b@c" },
    { email: 5 },
    { email: `${"x".repeat(250)}@example.com` },
  ])("is not handed out for %j", async (body) => {
    expect((await clickclack.client.request("POST", REQUEST, { body })).status).toBe(400);
  });

  it("is handed out to this machine alone", async () => {
    for (const headers of [{ "X-Forwarded-For": "10.0.0.1" }, { Origin: "https://elsewhere.example" }]) {
      const answer = await clickclack.client.request("POST", REQUEST, { headers, body: { email: email() } });
      expect([answer.status, answer.body.code]).toEqual([403, "loopback_only"]);
    }
  });
});

/** An account and its link as the log has them from a while ago: no clock has to be waited for. */
const linkFromTheLog = async (issued: Date, lifeMs: number) => {
  const accountId = newId("usr");
  const { token, hash } = mintToken("mgt", accountId);
  const expires_at = new Date(issued.getTime() + lifeMs).toISOString();
  const account = {
    kind: "human",
    display_name: "Late",
    handle: `late-${accountId.slice(-8)}`,
    avatar_url: "",
  };
  const link = { credential_id: newId("mgt"), kind: "magic_link", hash, expires_at };
  const event = (version: number, type: string, payload: object) => ({
    id: newId("evt"),
    type,
    v: 1,
    account_id: accountId,
    version,
    at: issued.toISOString(),
    actor: { user_id: "visitor" },
    causation_id: newId("cmd"),
    correlation_id: "test",
    payload,
  });
  const events = [event(1, "account.created", account), event(2, "credential.issued", link)];
  const { nats } = clickclack.operator.deployment;
  await nats.connection.request(
    `identity.${accountId}.account.created`,
    JSON.stringify({ id: newId("cmt"), events }),
  );
  return { accountId, token };
};

describe("a session that is revoked", () => {
  it("is 401 and closes its sockets within a second, and leaves the user's other sessions alone", async () => {
    const address = email();
    const open = async () => {
      const { token } = await ask({ email: address });
      return clickclack.client.ok("POST", CONSUME, { body: { token } });
    };
    const [one, two] = [await open(), await open()];
    const [first, second] = [one, two].map(({ token }) => clickclack.client.withToken(token));
    const workspace = await first!.createWorkspace();
    const watch = (token: string) =>
      clickclack.watch({ workspaceId: workspace.id, protocols: [`clickclack.bearer.${token}`] });
    const [doomed, kept] = [await watch(one.token), await watch(two.token)];
    await Promise.all([doomed.barrier(), kept.barrier()]);
    await clickclack.operator.revokeToken(one.user.id, one.session.id);
    const within = { deadlineMs: 1_000 };
    expect(await until(() => doomed.closed, { what: "the socket to be closed", ...within })).toEqual({
      code: 1008,
      reason: "access revoked",
    });
    await until(async () => (await first!.request("GET", "/api/me")).status === 401, {
      what: "401",
      ...within,
    });
    expect((await second!.request("GET", "/api/me")).status).toBe(200);
    await kept.barrier();
    expect(kept.closed).toBeUndefined();
  });

  it("of an account that is deactivated goes with all others", async () => {
    const { user, token, client } = await clickclack.client.signUp("Leaver");
    const workspace = await client.createWorkspace();
    const socket = await clickclack.watch({
      workspaceId: workspace.id,
      protocols: [`clickclack.bearer.${token}`],
    });
    await clickclack.operator.deployment.accounts.deactivate(user.id, { user_id: "system" });
    expect((await socket.whenClosed()).code).toBe(1008);
    expect((await client.request("GET", "/api/me")).status).toBe(401);
    expect((await clickclack.client.as(user.id).request("GET", "/api/me")).status).toBe(401);
  });
});

it("a session outlives the server", async () => {
  const { client, user } = await clickclack.client.signUp("Ann");
  await clickclack.server.kill();
  await clickclack.server.start();
  expect(await client.me()).toEqual(user);
});
