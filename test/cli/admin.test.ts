import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiClient } from "../support/ApiClient.ts";
import { ClickClack } from "../support/ClickClack.ts";
import { freshDatabase, freshNats } from "../support/services.ts";
import { until } from "../support/until.ts";
import { Cli } from "./Cli.ts";

let server: ClickClack;
let second: ClickClack;
let cli: Cli;

beforeAll(async () => {
  const [nats, db] = await Promise.all([freshNats(), freshDatabase()]);
  const urls = { nats: nats.url, db: db.url };
  server = await ClickClack.start(urls);
  second = await ClickClack.start({ ...urls, role: "gateway" });
  cli = Cli.on(server.dataDir);
});
afterAll(async () => {
  await second?.stop();
  await server?.stop();
});

const signIn = async (token: string): Promise<ApiClient> => {
  const client = new ApiClient(server.url);
  const session = await client.ok("POST", "/api/auth/magic/consume", { body: { token } });
  return client.withToken(session.token);
};

describe("a deployment gets its first owner", () => {
  test("bootstrap makes the owner, a workspace and a link, and ends development mode everywhere", async () => {
    for (const { url } of [server, second])
      expect((await new ApiClient(url).request("GET", "/api/me")).status).toBe(200);
    const done = await cli.json([
      "admin",
      "bootstrap",
      "--name",
      "Ann",
      "--email",
      "Ann@Example.com",
      "--workspace",
      "Our team",
    ]);
    expect(done).toMatchObject({ workspace: { slug: "our-team" }, token: expect.stringMatching(/^mgt_/) });
    for (const { url } of [server, second]) {
      const refused = () => new ApiClient(url).request("GET", "/api/me");
      await until(async () => (await refused()).status === 401, { what: "development mode to end" });
      expect((await new ApiClient(url).as(done.user_id).request("GET", "/api/me")).status).toBe(401);
    }
    const owner = await signIn(done.token);
    expect(await owner.me()).toMatchObject({ id: done.user_id, display_name: "Ann" });
    const { workspaces } = await owner.ok("GET", "/api/workspaces");
    expect(workspaces).toMatchObject([
      { id: done.workspace.id, name: "Our team", slug: "our-team", role: "owner" },
    ]);
    const { channels } = await owner.ok("GET", `/api/workspaces/${done.workspace.id}/channels`);
    expect(channels).toMatchObject([{ name: "general", kind: "public" }]);
  });

  test("a second bootstrap is refused and changes nothing", async () => {
    const { code, stdout, stderr } = await cli.run([
      "admin",
      "bootstrap",
      "--name",
      "Eve",
      "--email",
      "eve@example.com",
    ]);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain("has an owner already");
    expect((await cli.run(["admin", "token", "list", "--user", "eve@example.com"])).code).toBe(1);
  });

  test("development mode stays off after a restart", async () => {
    await server.halt();
    await server.start();
    expect((await new ApiClient(server.url).request("GET", "/api/me")).status).toBe(401);
    expect(server.output).toContain("the deployment has an owner");
  });
});

describe("users, tokens and members", () => {
  const person = ["--workspace", "our-team", "--name", "Bob", "--email", "bob@example.com"];

  test("user create prints the bare id, and finds the account again by its email", async () => {
    const id = await cli.ok(["admin", "user", "create", ...person, "--handle", "bobby"]);
    expect(id).toMatch(/^usr_[0-9a-z]{26}$/);
    const again = await cli.json(["admin", "user", "create", ...person]);
    expect(again).toMatchObject({
      id,
      handle: "bobby",
      email: "bob@example.com",
      account_created: false,
      member_added: false,
    });
  });

  test("a handle that is taken, and a workspace that is not there, are refused", async () => {
    const create = ["admin", "user", "create", "--name", "Zoe", "--email", "zoe@example.com"];
    const taken = await cli.run([...create, "--workspace", "our-team", "--handle", "bobby"]);
    expect(taken).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("handle is taken") });
    const nowhere = await cli.run([...create, "--workspace", "their-team"]);
    expect(nowhere).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("there is no workspace their-team"),
    });
  });

  test("a role is given to a new member", async () => {
    const email = ["--email", "gus@example.com"];
    const guest = await cli.json([
      "admin",
      "user",
      "create",
      "--workspace",
      "our-team",
      "--name",
      "Gus",
      ...email,
      "--role",
      "guest",
    ]);
    const token = await cli.ok(["admin", "token", "create", "--user", guest.id, "--name", "test"]);
    const { workspaces } = await new ApiClient(server.url).withToken(token).ok("GET", "/api/workspaces");
    expect(workspaces).toMatchObject([{ slug: "our-team", role: "guest" }]);
  });

  test("a token acts as its user until it is revoked, and is shown once", async () => {
    const token = await cli.ok(["admin", "token", "create", "--user", "@bobby", "--name", "deploys"]);
    const client = new ApiClient(server.url).withToken(token);
    expect(await client.me()).toMatchObject({ handle: "bobby" });
    const { tokens } = await cli.json(["admin", "token", "list", "--user", "bob@example.com"]);
    expect(tokens).toMatchObject([{ kind: "token", name: "deploys" }]);
    const listed = await cli.ok(["admin", "token", "list", "--user", "bob@example.com"]);
    expect(listed).toContain(tokens[0].id);
    expect(listed).not.toContain(token);
    expect(server.output).not.toContain(token);
    await cli.ok(["admin", "token", "revoke", "--user", "@bobby", "--token", tokens[0].id]);
    await until(async () => (await client.request("GET", "/api/me")).status === 401, {
      what: "the token to end",
    });
    expect((await cli.json(["admin", "token", "list", "--user", "@bobby"])).tokens).toEqual([]);
    const again = await cli.run(["admin", "token", "revoke", "--user", "@bobby", "--token", tokens[0].id]);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("no such credential") });
  });

  test("a bot joins a workspace, with a token that is good for what was asked, and is shown once", async () => {
    const create = ["admin", "bot", "create", "--workspace", "our-team"];
    const who = ["--name", "Deploys", "--owner", "@bobby", "--handle", "deploys"];
    const what = ["--scope", "bot:read", "--scope", "messages:write, agent_activity:write"];
    const made = await cli.json([...create, ...who, ...what]);
    const { id: owner_user_id } = await cli.json(["admin", "user", "create", ...person]);
    expect(made.bot).toMatchObject({ display_name: "Deploys", handle: "deploys", owner_user_id });
    expect(made.bot_token.scopes).toContain("profile:read");
    expect(made.bot_token.scopes.slice(-2)).toEqual(["messages:write", "agent_activity:write"]);
    const bot = new ApiClient(server.url).withToken(made.bot_token.token);
    expect(await bot.me()).toMatchObject({ id: made.bot.id, kind: "bot", owner_user_id });
    expect((await bot.ok("GET", "/api/workspaces")).workspaces).toMatchObject([
      { slug: "our-team", role: "bot" },
    ]);
    const { tokens } = await cli.json(["admin", "token", "list", "--user", "@deploys"]);
    const { id, scopes, workspace_id } = made.bot_token;
    expect(tokens).toMatchObject([{ id, kind: "token", name: "Deploys", scopes, workspace_id }]);
    const token = await cli.ok([...create, "--name", "Plain"]);
    expect(token).toMatch(/^ccb_[0-9a-z]{58}$/);
    expect(await new ApiClient(server.url).withToken(token).me()).toMatchObject({ display_name: "Plain" });
    await cli.ok(["admin", "token", "revoke", "--user", "@deploys", "--token", id]);
    await until(async () => (await bot.request("GET", "/api/me")).status === 401, {
      what: "the token to end",
    });
  });

  test("a bot gets no token beyond scopes, none for what is no scope, and no owner that is a bot", async () => {
    const create = ["admin", "bot", "create", "--workspace", "our-team", "--name", "Other"];
    const unbound = ["admin", "token", "create", "--user", "@deploys", "--name", "all"];
    for (const [args, told] of [
      [unbound, "(not_allowed_for_bots)"],
      [[...create, "--scope", "everything"], "there is no scope everything"],
      [[...create, "--owner", "@deploys"], "a bot is owned by a person"],
    ] as const) {
      const { code, stdout, stderr } = await cli.run(args);
      expect({ code, stdout, told: stderr.includes(told) }).toEqual({ code: 1, stdout: "", told: true });
    }
  });

  test("sessions are listed when asked for", async () => {
    const token = await cli.ok(["admin", "magic-link", "create", "--email", "bob@example.com"]);
    await signIn(token);
    const { tokens } = await cli.json(["admin", "token", "list", "--user", "@bobby", "--sessions"]);
    expect(tokens).toMatchObject([{ kind: "session", expires_at: expect.any(String) }]);
  });

  test("an unknown user is said to be none", async () => {
    for (const user of ["@nobody", "nobody@example.com", "usr_00000000000000000000000000"]) {
      const { code, stderr } = await cli.run(["admin", "token", "list", "--user", user]);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `clickclack: there is no user ${user} (not_found)\n`,
      });
    }
  });

  test("a magic link makes the account when there is none, and is good once", async () => {
    const args = ["admin", "magic-link", "create", "--email", "cleo@example.com", "--name", "Cleo"];
    const { code, stdout, stderr } = await cli.run(args);
    expect({ code, lines: stdout.trim().split("\n").length }).toEqual({ code: 0, lines: 1 });
    expect(stderr).toContain("/api/auth/magic/consume");
    expect(await (await signIn(stdout.trim())).me()).toMatchObject({ display_name: "Cleo" });
    await expect(signIn(stdout.trim())).rejects.toThrow(/400/);
    const link = await cli.json(["admin", "magic-link", "create", "--email", "cleo@example.com"]);
    expect(link).toMatchObject({
      magic_link: { email: "cleo@example.com" },
      token: expect.stringMatching(/^mgt_/),
    });
  });

  test("a member is blocked, let back in and removed at once", async () => {
    const token = await cli.ok(["admin", "token", "create", "--user", "@bobby", "--name", "member"]);
    const client = new ApiClient(server.url).withToken(token);
    const workspace = await cli.json(["admin", "user", "create", ...person]);
    const status = async () =>
      (await client.request("GET", `/api/workspaces/${workspace.workspace_id}`)).status;
    const member = (change: string) =>
      cli.json(["admin", "workspace", "member", change, "--workspace", "our-team", "--user", "@bobby"]);
    expect(await status()).toBe(200);
    expect(await member("block")).toMatchObject({ changed: true });
    expect(await member("block")).toMatchObject({ changed: false });
    await until(async () => (await status()) === 403, { what: "the member to be blocked" });
    expect(await member("unblock")).toMatchObject({ changed: true });
    await until(async () => (await status()) === 200, { what: "the member to be back" });
    expect(await member("remove")).toMatchObject({ changed: true });
    await until(async () => (await status()) === 404, { what: "the member to be gone" });
    const again = await cli.run([
      "admin",
      "workspace",
      "member",
      "remove",
      "--workspace",
      "our-team",
      "--user",
      "@bobby",
    ]);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("no such member") });
  });

  test("the owner can be neither removed nor blocked", async () => {
    const args = [
      "admin",
      "workspace",
      "member",
      "block",
      "--workspace",
      "our-team",
      "--user",
      "ann@example.com",
    ];
    expect(await cli.run(args)).toMatchObject({ code: 1, stderr: expect.stringContaining("(forbidden)") });
  });

  test("the deployment may be named by its services instead of a data folder", async () => {
    const { nats, db } = await server.runFile();
    const env = { NATS_URL: nats, DATABASE_URL: db };
    const user = await new Cli().json(["admin", "user", "create", ...person], { env });
    expect(user).toMatchObject({ handle: "bobby", account_created: false });
    expect(await new Cli().ok(["projections", "status"], { env })).toContain("chat");
    const half = await Cli.on(server.dataDir).run([
      "projections",
      "status",
      "--nats",
      (await freshNats()).url,
    ]);
    expect(half.code).toBe(1);
  });
});
