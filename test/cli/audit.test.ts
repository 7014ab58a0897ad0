import type { AuditEntry } from "@clickclack/protocol/http/AuditGroup";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiClient } from "../support/ApiClient.ts";
import { ClickClack } from "../support/ClickClack.ts";
import { freshDatabase, freshNats } from "../support/services.ts";
import { Cli } from "./Cli.ts";

let server: ClickClack;
let cli: Cli;
let owner: ApiClient;
let ownerId = "";
let workspaceId = "";

beforeAll(async () => {
  const [nats, db] = await Promise.all([freshNats(), freshDatabase()]);
  server = await ClickClack.start({ nats: nats.url, db: db.url });
  cli = Cli.on(server.dataDir);
  const first = ["admin", "bootstrap", "--name", "Ann", "--email", "ann@example.com"];
  const made = await cli.json([...first, "--workspace", "Our team"]);
  ({ user_id: ownerId } = made);
  workspaceId = made.workspace.id;
  const client = new ApiClient(server.url);
  const session = await client.ok("POST", "/api/auth/magic/consume", { body: { token: made.token } });
  owner = client.withToken(session.token);
});
afterAll(() => server?.stop());

const audit = async (...more: ReadonlyArray<string>): Promise<ReadonlyArray<AuditEntry>> =>
  (await cli.json(["admin", "audit", ...more])).entries;
const ours = ["--workspace", "our-team"];

test("a workspace's entries are those that its owner reads, filtered alike", async () => {
  const channel = await owner.createChannel(workspaceId);
  await cli.ok(["admin", "user", "create", ...ours, "--name", "Bob", "--email", "bob@example.com"]);
  const { entries } = await owner.ok("GET", `/api/workspaces/${workspaceId}/audit-log?limit=200`);
  expect(await audit(...ours)).toEqual(entries);
  expect(await audit(...ours, "--limit", "2")).toEqual(entries.slice(0, 2));
  const of = (wanted: (one: AuditEntry) => boolean) => entries.filter(wanted);
  expect(await audit(...ours, "--target", channel.id)).toEqual(
    of(({ target_id }: AuditEntry) => target_id === channel.id),
  );
  expect(await audit(...ours, "--actor", "ann@example.com", "--type", "channel.created")).toEqual(
    of(({ type, actor }: AuditEntry) => type === "channel.created" && actor.user_id === ownerId),
  );
  expect(await audit(...ours, "--actor", "system")).toMatchObject([{ type: "member.added" }]);
  const { at } = entries[1];
  expect(await audit(...ours, "--since", at)).toEqual(of((one: AuditEntry) => one.at >= at));
  expect(await audit(...ours, "--until", at)).toEqual(of((one: AuditEntry) => one.at < at));
  const table = await cli.ok(["admin", "audit", ...ours]);
  expect(table.split("\n")).toHaveLength(entries.length + 1);
  expect(table).toContain(channel.id);
});

test("an account's entries tell of sign-ins, tokens and passwords, and never what opens it", async () => {
  const token = await cli.ok(["admin", "token", "create", "--user", "ann@example.com", "--name", "laptop"]);
  const body = { new_password: "correct horse battery" };
  await owner.ok("POST", "/api/auth/password/change", { body });
  const entries = await audit("--user", "ann@example.com");
  const sessions = entries.filter(({ details }) => details["kind"] === "session");
  expect(sessions).toMatchObject([{ type: "credential.issued", actor: { user_id: ownerId } }]);
  expect(entries).toContainEqual(
    expect.objectContaining({
      type: "credential.issued",
      actor: { user_id: "system" },
      details: { kind: "token", name: "laptop" },
    }),
  );
  const [password] = await audit("--user", "ann@example.com", "--type", "password.set");
  expect(password).toMatchObject({
    actor: { user_id: ownerId, credential_id: sessions[0]!.target_id },
    details: {},
  });
  const printed = JSON.stringify(entries) + (await cli.ok(["admin", "audit", "--user", "ann@example.com"]));
  for (const secret of [token, body.new_password, "$argon2"]) expect(printed).not.toContain(secret);
  expect(printed).not.toMatch(/[0-9a-f]{64}/);
  expect(entries.map(({ at }) => at)).toEqual(
    entries
      .map(({ at }) => at)
      .toSorted()
      .toReversed(),
  );
});

test("the table is what the log says, also of messages that somebody else deleted", async () => {
  const link = await cli.ok(["admin", "magic-link", "create", "--email", "bob@example.com"]);
  const session = await owner.ok("POST", "/api/auth/magic/consume", { body: { token: link } });
  const bob = owner.withToken(session.token);
  const channel = await owner.createChannel(workspaceId);
  const say = async () => (await bob.post(channel.id, "hello")).message.id;
  const [own, others] = [await say(), await say()];
  await bob.ok("DELETE", `/api/messages/${own}`);
  await owner.ok("DELETE", `/api/messages/${others}`);
  const deleted = await audit(...ours, "--type", "message.deleted");
  expect(deleted).toMatchObject([{ target_id: others, details: { author_id: session.user.id } }]);
  const { ok, projections } = await cli.json(["projections", "verify"]);
  const tables = projections.flatMap(({ tables: of }: { tables: ReadonlyArray<object> }) => of);
  expect(ok).toBe(true);
  expect(tables).toContainEqual({ table: "audit_entries", matches: true });
});
