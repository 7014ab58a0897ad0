import { afterAll, beforeAll, expect, test } from "vitest";
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
  await cli.ok([
    "admin",
    "bootstrap",
    "--name",
    "Ann",
    "--email",
    "ann@example.com",
    "--workspace",
    "Our team",
  ]);
  for (const name of ["bob", "gus"])
    await cli.ok([
      "admin",
      "user",
      "create",
      "--workspace",
      "our-team",
      "--name",
      name,
      "--email",
      `${name}@example.com`,
      "--handle",
      name,
    ]);
});
afterAll(() => server?.stop());

const workspace = (...args: ReadonlyArray<string>) => ["admin", "workspace", ...args];
const clientOf = async (user: string): Promise<ApiClient> =>
  new ApiClient(server.url).withToken(
    await cli.ok(["admin", "token", "create", "--user", user, "--name", "test"]),
  );
/** Without the one that development mode made. */
const listed = async (): Promise<ReadonlyArray<{ slug: string }>> =>
  (await cli.json(workspace("list"))).workspaces.filter(
    ({ slug }: { slug: string }) => slug !== "clickclack",
  );

test("a workspace is made, listed and deleted, and its slug is free then", async () => {
  const create = (owner: string) =>
    workspace("create", "--name", "Second", "--owner", owner, "--slug", "second");
  const { id, owner_id, ...made } = (await cli.json(create("ann@example.com"))).workspace;
  expect(made).toEqual({ name: "Second", slug: "second" });
  expect(await cli.run(create("@bob"))).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("(name_taken)"),
  });
  expect(await listed()).toMatchObject([
    { slug: "our-team", member_count: 3 },
    { id, slug: "second", name: "Second", owner_id, member_count: 1 },
  ]);
  const remove = workspace("delete", "--workspace", "second", "--yes");
  expect(await cli.json(remove)).toEqual({ workspace_id: id, slug: "second", deleted: true });
  expect(await cli.run(remove)).toMatchObject({ code: 1, stderr: expect.stringContaining("(not_found)") });
  expect(await listed()).toMatchObject([{ slug: "our-team" }]);
  expect(await cli.ok(create("@bob"))).toMatch(/^wsp_/);
  await cli.ok(remove);
});

test("members are added and listed, and one of them is handed the workspace", async () => {
  const id = await cli.ok(workspace("create", "--name", "Third", "--owner", "ann@example.com"));
  const add = (...more: ReadonlyArray<string>) =>
    cli.json(workspace("member", "add", "--workspace", id, "--user", ...more));
  expect(await add("@bob")).toMatchObject({ workspace_id: id, changed: true });
  expect(await add("@bob", "--role", "guest")).toMatchObject({ changed: false });
  expect(await add("@gus", "--role", "guest")).toMatchObject({ changed: true });
  const hand = (user: string) => workspace("transfer", "--workspace", id, "--user", user);
  expect(await cli.run(hand("@gus"))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("(forbidden)"),
  });
  expect(await cli.json(hand("@bob"))).toMatchObject({ changed: true });
  const { members } = await cli.json(workspace("member", "list", "--workspace", id));
  const roles = members.map(({ user, role }: { user: { handle: string }; role: string }) => [
    user.handle,
    role,
  ]);
  expect(Object.fromEntries(roles)).toEqual({ ann: "moderator", bob: "owner", gus: "guest" });
});

test("a member gets another role, is timed out and let write again", async () => {
  const team = (command: string, ...more: ReadonlyArray<string>) =>
    workspace("member", command, "--workspace", "our-team", "--user", "@bob", ...more);
  const bob = await clientOf("@bob");
  const [{ id }] = (await bob.ok("GET", "/api/workspaces")).workspaces.filter(
    ({ slug }: { slug: string }) => slug === "our-team",
  );
  const { channels } = await bob.ok("GET", `/api/workspaces/${id}/channels`);
  const post = async () =>
    (await bob.request("POST", `/api/channels/${channels[0].id}/messages`, { body: { body: "x" } })).status;
  expect(await cli.ok(team("role", "--role", "moderator"))).toMatch(/^moderator now: usr_/);
  expect((await bob.ok("GET", `/api/workspaces/${id}`)).workspace.role).toBe("moderator");
  expect(await cli.ok(team("timeout", "--minutes", "5"))).toContain("timed out usr_");
  expect(await post()).toBe(403);
  expect(await cli.ok(workspace("member", "list", "--workspace", "our-team"))).toContain("timed out until");
  await cli.ok(team("timeout", "--clear"));
  expect(await post()).toBe(201);
  const past = await cli.run(team("timeout", "--until", "2020-01-01T00:00:00Z"));
  expect(past).toMatchObject({ code: 1, stderr: expect.stringContaining("in the future") });
});
