import { beforeAll, describe, expect, test } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { until } from "../support/until.ts";
import { Cli } from "./Cli.ts";

const clickclack = oneServer();
let cli: Cli;
let workspaceId = "";
beforeAll(async () => {
  cli = Cli.on(clickclack.server.dataDir);
  workspaceId = (await clickclack.client.ok("GET", "/api/workspaces")).workspaces[0].id;
});

/** A member of the first workspace, signed in. */
const person = async (name: string) => {
  const { user, client } = await clickclack.client.signUp(name);
  await clickclack.operator.addMember(workspaceId, user.id);
  const { email = "" } = (await clickclack.operator.deployment.directory.findCurrent(user.id))!;
  // What is projected now was there before.
  await client.ok("GET", "/api/workspaces");
  return { id: user.id, email, client };
};

const statusOf = async (client: ApiClient) => (await client.request("GET", "/api/me")).status;
const show = (user: string) => cli.json(["admin", "user", "show", "--user", user]);

describe("an account", () => {
  test("is shown with its email, its workspaces and how many credentials it has, but not these", async () => {
    const bob = await person("Bob");
    const shown = await show(bob.email);
    expect(shown).toMatchObject({
      id: bob.id,
      kind: "human",
      display_name: "Bob",
      status: "active",
      email: bob.email,
      sessions: 1,
      tokens: 0,
      workspaces: [{ slug: "clickclack", role: "member", blocked: false }],
    });
    expect(JSON.stringify(shown)).not.toMatch(/hash|cct_/);
    const text = await cli.ok(["admin", "user", "show", "--user", bob.id]);
    expect(text).toContain(bob.email);
    expect(text).toContain("member clickclack");
  });

  test("is listed, a page at a time", async () => {
    await person("Listed");
    const page = (await cli.json(["admin", "user", "list", "--limit", "1"])).users;
    expect(page).toMatchObject([{ kind: "human", display_name: "Local Captain", status: "active" }]);
    const { users } = await cli.json(["admin", "user", "list", "--after", page[0].id]);
    expect(users.at(-1)).toMatchObject({ display_name: "Listed" });
    expect(await cli.ok(["admin", "user", "list"])).toMatch(/^ID +KIND +HANDLE +STATUS/);
  });

  test("is deactivated at once, and let in again by a new link", async () => {
    const bob = await person("Bob");
    expect(await cli.ok(["admin", "user", "deactivate", "--user", bob.email])).toBe(`deactivated ${bob.id}`);
    await until(async () => (await statusOf(bob.client)) === 401, { what: "the session to end" });
    const again = await cli.run(["admin", "user", "deactivate", "--user", bob.email]);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("deactivated") });
    expect(await show(bob.id)).toMatchObject({ status: "deactivated", sessions: 0 });
    expect(await cli.json(["admin", "user", "reactivate", "--user", bob.email])).toEqual({
      user_id: bob.id,
      reactivated: true,
    });
    expect(await statusOf(bob.client)).toBe(401);
    const { accounts } = clickclack.operator.deployment;
    const link = await accounts.issueMagicLink(bob.id, { user_id: "system" });
    const body = { token: link.token };
    const { token } = await clickclack.client.ok("POST", "/api/auth/magic/consume", { body });
    const me = await bob.client.withToken(token).me();
    expect(me).toMatchObject({ id: bob.id });
    expect(me).not.toHaveProperty("deleted_at");
  });

  test("is deleted when that is confirmed, and not otherwise", async () => {
    const bob = await person("Bob");
    const unconfirmed = await cli.run(["admin", "user", "delete", "--user", bob.email]);
    expect(unconfirmed).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("--yes") });
    expect(await statusOf(bob.client)).toBe(200);
    expect(await cli.ok(["admin", "user", "delete", "--user", bob.email, "--yes"])).toBe(`deleted ${bob.id}`);
    await until(async () => (await statusOf(bob.client)) === 401, { what: "the session to end" });
    await clickclack.client.ok("GET", "/api/workspaces");
    const shown = await show(bob.id);
    expect(shown).toMatchObject({ status: "deleted", display_name: "Deleted user", workspaces: [] });
    expect(shown).not.toHaveProperty("email");
    expect(await cli.ok(["admin", "user", "delete", "--user", bob.id, "--yes"])).toBe(`deleted ${bob.id}`);
    const back = await cli.run(["admin", "user", "reactivate", "--user", bob.id]);
    expect(back).toMatchObject({ code: 1, stderr: expect.stringContaining("cannot be undone") });
  });

  test("that owns a workspace is not deleted, and it is said which", async () => {
    const { handle } = await clickclack.client.me();
    const { code, stderr } = await cli.run(["admin", "user", "delete", "--user", handle, "--yes"]);
    expect(code).toBe(1);
    expect(stderr).toContain(`ClickClack (${workspaceId})`);
    expect(stderr).toContain("(owns_workspaces)");
  });

  test("is called nothing that cannot be seen", async () => {
    const where = ["--workspace", "clickclack"];
    const user = ["admin", "user", "create", ...where, "--email", "nobody@example.com", "--name", "\u200b"];
    const bot = ["admin", "bot", "create", ...where, "--name", "Bob\nAdmin"];
    for (const args of [user, bot]) {
      const { code, stderr } = await cli.run(args);
      expect([code, stderr]).toEqual([1, expect.stringContaining("a display name")]);
    }
  });
});
