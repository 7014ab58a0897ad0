import { describe, expect, it } from "vitest";
import { ApiClient } from "../support/ApiClient.ts";
import { ClickClack } from "../support/ClickClack.ts";
import { oneServer } from "../support/oneServer.ts";
import { freshDatabase, freshNats } from "../support/services.ts";

const SETUP = "/api/setup";
const codeOf = (output: string): string | undefined =>
  /\/setup {2}code ([A-Z0-9]{4}-[A-Z0-9]{4})$/m.exec(output)?.[1];
const wanted = (code: string) => ({ code, name: "Ada", email: `${crypto.randomUUID()}@example.com` });

describe("the first run in the browser", () => {
  const clickclack = oneServer();

  it("is for this machine alone, and for its own pages", async () => {
    const code = codeOf(clickclack.server.output)!;
    for (const headers of [{ "X-Forwarded-For": "10.0.0.1" }, { Origin: "https://elsewhere.example" }]) {
      const answer = await clickclack.client.request("POST", SETUP, { headers, body: wanted(code) });
      expect([answer.status, answer.body.code]).toEqual([403, "loopback_only"]);
      expect((await fetch(`${clickclack.url}/setup`, { headers })).status).toBe(403);
    }
    const form = { "Content-Type": "text/plain" };
    const answer = await clickclack.client.request("POST", SETUP, {
      headers: form,
      body: JSON.stringify(wanted(code)),
    });
    expect(answer.status).toBe(415);
  });

  it("refuses a wrong code, and makes whoever has the right one the owner, once", async () => {
    const code = codeOf(clickclack.server.output)!;
    for (const wrong of ["x", "", "AAAA-AAAA", code.slice(0, -1), `${code}A`, "x".repeat(64)]) {
      const answer = await clickclack.client.request("POST", SETUP, { body: wanted(wrong) });
      expect([wrong, answer.status]).toEqual([wrong, wrong === "" ? 400 : 403]);
    }
    const weak = { ...wanted(code), password: "password" };
    const refused = await clickclack.client.request("POST", SETUP, { body: weak });
    expect([refused.status, refused.body.code]).toEqual([400, "weak_password"]);
    const password = "a password of the owner's own";
    const typed = wanted(` ${code.toLowerCase().replace("-", " ")}`);
    const attempts = await Promise.all(
      [1, 2, 3].map(() =>
        clickclack.client.request("POST", SETUP, { body: { ...typed, workspace: "Acme", password } }),
      ),
    );
    const [made, ...others] = attempts.toSorted((a, b) => a.status - b.status);
    expect(others.map(({ status }) => status)).toEqual([409, 409]);
    expect(made!.status).toBe(201);
    expect(made!.headers.get("Set-Cookie")).toMatch(/^cc_session=cct_.*HttpOnly/);
    expect(made!.body).toMatchObject({ user: { display_name: "Ada" }, workspace: { slug: "acme" } });

    const owner = clickclack.client.withToken(made!.body.token);
    expect((await owner.me()).id).toBe(made!.body.user.id);
    const { workspaces } = await owner.ok("GET", "/api/workspaces");
    expect(workspaces).toMatchObject([{ id: made!.body.workspace.id, name: "Acme", role: "owner" }]);
    const login = { identifier: typed.email, password };
    const { user } = await clickclack.client.ok("POST", "/api/auth/password/login", { body: login });
    expect(user.id).toBe(made!.body.user.id);
    expect(clickclack.server.output).not.toContain(password);
    // Development mode is over, and so is this.
    expect((await clickclack.client.request("GET", "/api/me")).status).toBe(401);
    const again = await clickclack.client.request("POST", SETUP, { body: wanted(code) });
    expect([again.status, again.body.code]).toEqual([409, "conflict"]);
    expect(again.body.error).toContain("has an owner already");
    const page = await fetch(`${clickclack.url}/setup`);
    expect([page.status, page.headers.get("Content-Type")]).toEqual([409, "text/html; charset=utf-8"]);
    expect(await page.text()).toContain("has an owner already");
  });
});

it("a code that was guessed at ten times is no good any more, not even to who knows it", async () => {
  const server = await startServer();
  const client = new ApiClient(server.url);
  const code = codeOf(server.output)!;
  for (let i = 0; i < 10; i++)
    expect((await client.request("POST", SETUP, { body: wanted("AAAA-AAAA") })).status).toBe(403);
  const answer = await client.request("POST", SETUP, { body: wanted(code) });
  expect([answer.status, answer.body.code]).toEqual([429, "too_many_requests"]);
  await server.halt();
  const before = server.output.length;
  await server.start();
  const next = codeOf(server.output.slice(before))!;
  expect(next).not.toBe(code);
  expect((await client.request("POST", SETUP, { body: wanted(code) })).status).toBe(403);
  expect((await client.request("POST", SETUP, { body: wanted(next) })).status).toBe(201);
  await server.stop();
});

const startServer = async (): Promise<ClickClack> => {
  const [nats, db] = await Promise.all([freshNats(), freshDatabase()]);
  return ClickClack.start({ nats: nats.url, db: db.url });
};
