import type { User } from "@clickclack/protocol/http/shapes";
import { beforeEach, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { download, uploadFile } from "../support/uploadFile.ts";

const clickclack = oneServer();

let ann: { readonly user: User; readonly client: ApiClient };
beforeEach(async () => {
  ann = await clickclack.client.signUp("Ann");
});

interface Listed {
  readonly id: string;
  readonly current: boolean;
  readonly user_agent?: string;
}

const sessions = async (client = ann.client): Promise<ReadonlyArray<Listed>> =>
  (await client.ok("GET", "/api/me/sessions")).sessions;

/** One more session of Ann's, opened by a client that calls itself something. */
const signIn = async (userAgent = "test"): Promise<{ readonly id: string; readonly client: ApiClient }> => {
  const { accounts } = clickclack.operator.deployment;
  const link = await accounts.issueMagicLink(ann.user.id, { user_id: ann.user.id });
  const { session } = await clickclack.client.ok("POST", "/api/auth/magic/consume", {
    body: { token: link.token },
    headers: { "User-Agent": userAgent },
  });
  return { id: session.id, client: clickclack.client.withToken(session.token) };
};

const tokenOf = async (name = "laptop") =>
  (await ann.client.ok("POST", "/api/me/tokens", { body: { name } })) as {
    readonly token: { readonly id: string };
    readonly secret: string;
  };

const statusOf = async (client: ApiClient) => (await client.request("GET", "/api/me")).status;

describe("sessions", () => {
  it("are listed with what is known of them, the newest first, and which one asks", async () => {
    const other = await signIn("Mozilla/5.0 (X11)");
    const listed = await sessions();
    expect(listed).toHaveLength(2);
    expect(listed[0]).toEqual({
      id: other.id,
      created_at: expect.any(String),
      expires_at: expect.any(String),
      address: "127.0.0.1",
      user_agent: "Mozilla/5.0 (X11)",
      current: false,
    });
    expect(listed[1]).toMatchObject({ current: true, last_used_at: expect.any(String) });
    expect((await sessions(other.client)).find(({ current }) => current)!.id).toBe(other.id);
  });

  it("keep of a client's name what is fit to be shown, and no more than 256 characters of it", async () => {
    await signIn("x".repeat(3_000));
    await signIn("");
    const agents = (await sessions()).map(({ user_agent: agent }) => agent);
    expect(agents).toContain("x".repeat(256));
  });

  it("are ended one by one, at once, and only by their own person", async () => {
    const other = await signIn();
    const eve = await clickclack.client.signUp("Eve");
    const path = `/api/me/sessions/${other.id}`;
    expect((await eve.client.request("DELETE", path)).status).toBe(404);
    expect(await statusOf(other.client)).toBe(200);
    expect((await ann.client.request("DELETE", path)).body).toEqual({ ok: true });
    expect(await statusOf(other.client)).toBe(401);
    const again = await ann.client.request("DELETE", path);
    expect([again.status, again.body.code]).toEqual([404, "not_found"]);
    for (const id of ["nonsense", "*", "usr_x"])
      expect((await ann.client.request("DELETE", `/api/me/sessions/${id}`)).status).toBe(404);
  });

  it("are ended all but the one that asks; tokens stay", async () => {
    const others = [await signIn(), await signIn()];
    const { secret } = await tokenOf();
    expect((await ann.client.request("DELETE", "/api/me/sessions")).body).toEqual({ ok: true });
    for (const { client } of others) expect(await statusOf(client)).toBe(401);
    expect(await statusOf(ann.client.withToken(secret))).toBe(200);
    expect(await sessions()).toMatchObject([{ current: true }]);
  });

  it("are no tokens: neither is ended under the other's address", async () => {
    const other = await signIn();
    const { token, secret } = await tokenOf();
    expect((await ann.client.request("DELETE", `/api/me/sessions/${token.id}`)).status).toBe(404);
    expect((await ann.client.request("DELETE", `/api/me/tokens/${other.id}`)).status).toBe(404);
    expect(await statusOf(other.client)).toBe(200);
    expect(await statusOf(ann.client.withToken(secret))).toBe(200);
  });
});

describe("access tokens", () => {
  it("are told once, listed by name, and taken back at once", async () => {
    const made = await ann.client.request("POST", "/api/me/tokens", {
      body: { name: " laptop ", expires_in_days: 1 },
    });
    expect(made.status).toBe(201);
    const { token, secret } = made.body;
    expect(token).toEqual({
      id: expect.stringMatching(/^btok_/),
      name: "laptop",
      created_at: expect.any(String),
      expires_at: expect.any(String),
    });
    expect(Date.parse(token.expires_at) - Date.parse(token.created_at)).toBe(24 * 3_600_000);
    const client = ann.client.withToken(secret);
    expect(await client.me()).toMatchObject({ id: ann.user.id });
    const { tokens } = await ann.client.ok("GET", "/api/me/tokens");
    expect(tokens).toEqual([token]);
    expect(JSON.stringify(tokens)).not.toContain(secret.slice(-16));
    const eve = await clickclack.client.signUp("Eve");
    expect((await eve.client.request("DELETE", `/api/me/tokens/${token.id}`)).status).toBe(404);
    await ann.client.ok("DELETE", `/api/me/tokens/${token.id}`);
    expect(await statusOf(client)).toBe(401);
    expect((await ann.client.ok("GET", "/api/me/tokens")).tokens).toEqual([]);
  });

  it("last for ever where it is not said how long", async () => {
    const { token } = await tokenOf();
    expect(token).not.toHaveProperty("expires_at");
  });

  it("make no others, put nothing else in their place, and end no account", async () => {
    const client = ann.client.withToken((await tokenOf()).secret);
    const attempts = [
      client.request("POST", "/api/me/tokens", { body: { name: "more" } }),
      client.request("DELETE", "/api/me", { body: { confirm: ann.user.handle } }),
      client.request("POST", "/api/auth/password/change", { body: { new_password: "correct horse 9" } }),
      client.request("POST", "/api/me/totp", { body: {} }),
    ];
    for (const { status, body } of await Promise.all(attempts)) {
      expect([status, body.code]).toEqual([403, "forbidden"]);
      expect(body.error).toContain("session");
    }
    expect(await ann.client.me()).toEqual(ann.user);
  });

  it.each([
    ["no name", {}],
    ["an empty name", { name: " " }],
    ["no days", { name: "x", expires_in_days: 0 }],
    ["half a day", { name: "x", expires_in_days: 0.5 }],
    ["a hundred years", { name: "x", expires_in_days: 36_500 }],
    ["days in words", { name: "x", expires_in_days: "ten" }],
  ])("are refused with %s", async (_, body) => {
    expect((await ann.client.request("POST", "/api/me/tokens", { body })).status).toBe(400);
  });
});

it("a download in progress is cut off when what it came by is taken back", async () => {
  const { id } = await ann.client.createWorkspace();
  const size = 32 * 1024 * 1024;
  const upload = await uploadFile(ann.client, id, { content: new Uint8Array(size) });
  const { token, secret } = await tokenOf();
  const response = await download(ann.client.withToken(secret), upload.id);
  expect(response.status).toBe(200);
  const reader = response.body!.getReader();
  let received = (await reader.read()).value!.byteLength;
  await ann.client.ok("DELETE", `/api/me/tokens/${token.id}`);
  const rest = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      received += value.byteLength;
    }
  })();
  await expect(rest).rejects.toThrow();
  expect(received).toBeLessThan(size);
});

it("bots have neither", async () => {
  const { id } = await ann.client.createWorkspace();
  const { token } = await clickclack.operator.createBot(id, ["bot:admin"]);
  const bot = clickclack.client.withToken(token.token);
  for (const [method, path] of [
    ["GET", "/api/me/sessions"],
    ["DELETE", "/api/me/sessions"],
    ["GET", "/api/me/tokens"],
    ["DELETE", "/api/me/tokens/x"],
  ] as const) {
    const { status, body } = await bot.request(method, path);
    expect([path, status, body.code]).toEqual([path, 403, "not_allowed_for_bots"]);
  }
});
