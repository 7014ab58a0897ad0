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
  const first = ["admin", "bootstrap", "--name", "Ann", "--email", "ann@example.com"];
  await cli.ok([...first, "--workspace", "Our team"]);
});
afterAll(() => server?.stop());

const invite = ["admin", "invite"];
const ours = ["--workspace", "our-team"];

/** Somebody who belongs to no workspace. */
const stranger = async (name: string): Promise<ApiClient> => {
  const link = ["admin", "magic-link", "create", "--email", `${name}@example.com`, "--name", name];
  const token = await cli.ok(link);
  const client = new ApiClient(server.url);
  const session = await client.ok("POST", "/api/auth/magic/consume", { body: { token } });
  return client.withToken(session.token);
};
const accept = (client: ApiClient, code: string) => client.request("POST", `/api/invites/${code}/accept`);

test("create prints a code and an address; whoever has the code joins", async () => {
  const printed = await cli.ok([...invite, "create", ...ours]);
  const [code, url, more] = printed.split("\n");
  expect([url, more]).toEqual([`${server.url}/invite/${code}`, undefined]);
  const bob = await stranger("bob");
  expect(await accept(bob, code!)).toMatchObject({ status: 200, body: { workspace: { slug: "our-team" } } });
});

test("role, channel, end and uses are as they were asked for", async () => {
  const terms = ["--role", "guest", "--channel", "#General", "--expires-in", "12h", "--max-uses", "1"];
  const made = await cli.json([...invite, "create", ...ours, ...terms]);
  expect(made.invite).toMatchObject({ role: "guest", max_uses: 1, uses: 0, created_by: "system" });
  const { created_at, expires_at, channel_id } = made.invite;
  expect(Math.round((Date.parse(expires_at) - Date.parse(created_at)) / 60_000)).toBe(12 * 60);
  const guest = await accept(await stranger("gus"), made.invite.code);
  expect(guest).toMatchObject({ status: 200, body: { workspace: { role: "guest" }, channel_id } });
  expect((await accept(await stranger("hal"), made.invite.code)).body.code).toBe("invite_used_up");
  const list = async (...more: ReadonlyArray<string>) =>
    (await cli.json([...invite, "list", ...ours, ...more])).invites.map((one: { id: string }) => one.id);
  expect(await list()).not.toContain(made.invite.id);
  expect(await list("--all")).toContain(made.invite.id);
});

test("revoke ends one by its id or its code", async () => {
  for (const by of ["id", "code"] as const) {
    const made = (await cli.json([...invite, "create", ...ours, "--expires-in", "never"])).invite;
    expect(made).not.toHaveProperty("expires_at");
    expect(await cli.ok([...invite, "list", ...ours])).toContain(made.code);
    expect(await cli.ok([...invite, "revoke", "--invite", made[by]])).toBe(`revoked ${made.id}`);
    expect((await new ApiClient(server.url).request("GET", `/api/invites/${made.code}`)).status).toBe(404);
    const again = await cli.run([...invite, "revoke", "--invite", made[by]]);
    expect(again).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("no such invite") });
  }
});

test.each([
  [2, ["--expires-in", "soon"]],
  [2, ["--max-uses", "0"]],
  [2, ["--role", "owner"]],
  [1, ["--role", "guest"]],
  [1, ["--channel", "nowhere"]],
  [1, ["--expires-in", "9999d"]],
])("what cannot be is refused with %d: %j", async (code, terms) => {
  const refused = await cli.run([...invite, "create", ...ours, ...terms]);
  expect(refused.code).toBe(code);
  expect(refused.stderr + (code === 2 ? refused.stdout : "")).not.toBe("");
});
