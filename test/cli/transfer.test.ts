import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiClient } from "../support/ApiClient.ts";
import { ClickClack } from "../support/ClickClack.ts";
import { Operator } from "../support/Operator.ts";
import { expectProjectionsMatchLog } from "../support/projections.ts";
import { freshDatabase, freshNats } from "../support/services.ts";
import { download } from "../support/uploadFile.ts";
import { Cli } from "./Cli.ts";
import { DELETED_TEXT, makeWorld, type World } from "./transferWorld.ts";

interface Place {
  readonly server: ClickClack;
  readonly cli: Cli;
  readonly operator: Operator;
  readonly urls: { readonly nats: string; readonly db: string };
}

let source: Place;
let world: World;
let exported: string;
let folder: string;
const places: Array<Place> = [];

const open = async (args: ReadonlyArray<string> = []): Promise<Place> => {
  const [nats, db] = await Promise.all([freshNats(), freshDatabase()]);
  const urls = { nats: nats.url, db: db.url };
  const server = await ClickClack.start({ ...urls, args });
  const place = { server, urls, cli: Cli.on(server.dataDir), operator: await Operator.connect(server) };
  places.push(place);
  return place;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "clickclack-transfer-"));
  source = await open();
  world = await makeWorld(new ApiClient(source.server.url), source.operator);
  exported = join(folder, "original");
  await source.cli.ok(["export", "--workspace", world.workspace.slug, "--out", exported, "--with-drafts"]);
});
afterAll(async () => {
  for (const { operator, server } of places) {
    await operator.close();
    await server.stop();
  }
  await rm(folder, { recursive: true, force: true });
});

const DATA = ["accounts.jsonl", "commits.jsonl", "files.jsonl", "personal.jsonl"];
const read = (dir: string, name: string): string => readFileSync(join(dir, name), "utf8");
// oxlint-disable-next-line typescript/no-explicit-any
const linesOf = (dir: string, name: string): Array<any> =>
  read(dir, name)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);

/** A client that acts as somebody, by a token that the operator gives out. */
const actAs = async ({ server, operator }: Place, userId: string): Promise<ApiClient> => {
  const { token } = await operator.deployment.accounts.issueToken(userId, "test", { user_id: "system" });
  return new ApiClient(server.url).withToken(token);
};

describe("an export", () => {
  test("says what is in it, and holds every event in order with its times and actors", () => {
    const manifest = JSON.parse(read(exported, "manifest.json"));
    const events = linesOf(exported, "commits.jsonl").flatMap(({ events: all }) => all);
    expect(events.map(({ version }) => version)).toEqual(events.map((_, i) => i + 1));
    expect(manifest).toMatchObject({
      format: 1,
      workspace: { id: world.workspace.id, slug: world.workspace.slug },
      version: events.length,
      counts: { accounts: 5, events: events.length, files: 1, missing_files: 0, redacted_messages: 3 },
    });
    const created = events.find(({ type }) => type === "message.created");
    expect(created.payload.author_id).toBe(world.ann.user.id);
    expect(created.actor.user_id).toBe(world.ann.user.id);
    expect(created.at).toBe(world.root.created_at);
    expect(readdirSync(join(exported, "files"))).toEqual([world.uploadId]);
  });

  test("holds no text, quote or file name of deleted messages, and nothing that opens an account", () => {
    const all = DATA.map((name) => read(exported, name)).join("");
    expect(all).not.toContain(DELETED_TEXT);
    expect(all).not.toContain("secret-plan");
    expect(all).not.toMatch(/"(hash|token|secret|keys|fingerprint)"/);
    const accounts = linesOf(exported, "accounts.jsonl");
    expect(accounts.map(({ kind }) => kind)).toEqual(["human", "human", "human", "human", "bot"]);
    expect(accounts.find(({ id }) => id === world.gone.user.id)).toHaveProperty("deleted_at");
    const erased = accounts.filter(({ deleted }) => deleted === true);
    expect(erased).toMatchObject([{ display_name: "Deleted user" }]);
    expect(erased[0]).not.toHaveProperty("email");
  });

  test("leaves drafts out unless they are asked for", async () => {
    expect(read(exported, "personal.jsonl")).toContain("an unsent thought");
    const dir = join(folder, "without-drafts");
    await source.cli.ok(["export", "--workspace", world.workspace.id, "--out", dir]);
    expect(read(dir, "personal.jsonl")).not.toContain("an unsent thought");
    expect(linesOf(dir, "personal.jsonl").length).toBe(linesOf(exported, "personal.jsonl").length);
  });

  test("does not overwrite a complete one, nor write among other things", async () => {
    for (const [out, why] of [
      [exported, "complete export already"],
      [folder, "something else"],
    ] as const) {
      const ran = await source.cli.run(["export", "--workspace", world.workspace.id, "--out", out]);
      expect(ran).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining(why) });
    }
  });

  test("that was interrupted is made whole by the same command, and is the same", async () => {
    const dir = join(folder, "again");
    const args = ["export", "--workspace", world.workspace.id, "--out", dir, "--with-drafts"];
    await source.cli.ok(args);
    await rm(join(dir, "manifest.json"));
    await rm(join(dir, "files", world.uploadId));
    await source.cli.ok(args);
    for (const name of DATA) expect(read(dir, name), name).toBe(read(exported, name));
  });
});

describe("an import into another deployment", () => {
  let target: Place;

  test("brings everything, and an export of it is the same byte for byte", async () => {
    target = await open(["--partitions", "4"]);
    const done = await target.cli.json(["import", exported, "--verify"]);
    expect(done).toMatchObject({
      workspace: { id: world.workspace.id, slug: world.workspace.slug },
      outcome: "imported",
      accounts: { created: 5, kept: 0, mapped: 0 },
      files: { stored: 1, present: 0, missing: 0 },
      visible: true,
      verified: true,
      differences: [],
    });
    const copy = join(folder, "copy");
    const args = ["export", "--workspace", world.workspace.slug, "--out", copy, "--with-drafts"];
    await target.cli.ok(args);
    for (const name of DATA) expect(read(copy, name), name).toBe(read(exported, name));
    expect(JSON.parse(read(copy, "manifest.json")).files).toEqual(
      JSON.parse(read(exported, "manifest.json")).files,
    );
    await expectProjectionsMatchLog(target.urls);
  });

  test("lets people go on where they were", async () => {
    const bob = await actAs(target, world.bob.user.id);
    const list = async (client: ApiClient, id: string) => (await client.list(id)).messages;
    const then = await list(world.bob.client, world.general.id);
    expect(await list(bob, world.general.id)).toEqual(
      then.map((message) => (message.id === world.quoting.id ? expect.anything() : message)),
    );
    const thread = `/api/messages/${world.root.id}/thread`;
    expect(await bob.ok("GET", thread)).toEqual(await world.bob.client.ok("GET", thread));
    const { messages } = await bob.ok("GET", `/api/dms/${world.directId}/messages`);
    expect(messages).toMatchObject([{ body: "just us" }]);
    expect(await bob.ok("GET", `/api/channels/${world.general.id}/draft`)).toMatchObject({
      draft: { body: "an unsent thought" },
    });
    expect(await (await download(bob, world.uploadId)).text()).toBe(world.content);
    expect((await bob.request("GET", `/api/channels/${world.secret.id}/messages`)).status).toBe(404);
    const { message } = await bob.post(world.general.id, "and on it goes");
    expect(message.channel_seq).toBe(Math.max(...then.map(({ channel_seq: seq }) => seq ?? 0)) + 1);
  });

  test("changes nothing the second time, also when people went on since", async () => {
    const before = await target.operator.deployment.chatStore.position(world.workspace.id);
    const done = await target.cli.json(["import", exported]);
    expect(done).toMatchObject({
      outcome: "already_imported",
      accounts: { created: 0, kept: 5, mapped: 0 },
      commits: { written: 0 },
      files: { stored: 0, present: 1 },
      personal_states: { written: 0 },
    });
    expect(await target.operator.deployment.chatStore.position(world.workspace.id)).toEqual(before);
  });

  test("is refused where a workspace of this id has another history", async () => {
    const other = await open();
    await other.operator.send(world.workspace.id, { type: "CreateWorkspace", name: "Mine", slug: "mine" });
    const ran = await other.cli.run(["import", exported]);
    expect(ran).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("--new-ids") });
    expect(await other.operator.deployment.directory.findCurrent(world.ann.user.id)).toBeUndefined();
  });
});

describe("an import among accounts and names that are there", () => {
  test("finds people by their email, and takes another slug and handle than those taken", async () => {
    const target = await open();
    const captain = new ApiClient(target.server.url);
    const { accounts, reservations } = target.operator.deployment;
    const system = { user_id: "system" };
    const annHere = await accounts.create(
      { kind: "human", displayName: "Ann", email: emailOf(world.ann.user.id) },
      system,
    );
    await reservations.claim("handle", world.bob.user.handle, annHere);
    await captain.ok("POST", "/api/workspaces", { body: { name: "Taken", slug: world.workspace.slug } });
    const done = await target.cli.json(["import", exported, "--verify"]);
    expect(done).toMatchObject({
      workspace: { id: world.workspace.id, slug: `${world.workspace.slug}-2` },
      accounts: { created: 4, kept: 0, mapped: 1 },
      verified: true,
    });
    const ann = await actAs(target, annHere);
    const { workspace } = await ann.ok("GET", `/api/workspaces/${world.workspace.id}`);
    expect(workspace).toMatchObject({ role: "owner", slug: `${world.workspace.slug}-2` });
    const { conversations } = await ann.ok("GET", `/api/dms?workspace_id=${world.workspace.id}`);
    expect(conversations).toHaveLength(1);
    expect(conversations[0].id).not.toBe(world.directId);
    // The same people are led to the conversation that they have.
    const body = { workspace_id: world.workspace.id, member_ids: [world.bob.user.id] };
    expect((await ann.ok("POST", "/api/dms", { body })).conversation.id).toBe(conversations[0].id);
    const bob = await target.operator.deployment.directory.findCurrent(world.bob.user.id);
    expect(bob?.handle).toMatch(/-2$/);
    expect(await target.cli.json(["import", exported])).toMatchObject({ outcome: "already_imported" });
    await expectProjectionsMatchLog(target.urls);
  });

  test("makes a copy with new ids beside the original, once", async () => {
    const args = ["import", exported, "--new-ids", "--slug", "acme-copy"];
    const done = await source.cli.json([...args, "--verify"]);
    expect(done).toMatchObject({
      workspace: { slug: "acme-copy" },
      outcome: "imported",
      accounts: { created: 0, kept: 5, mapped: 0 },
      verified: true,
    });
    expect(done.workspace.id).not.toBe(world.workspace.id);
    expect(await source.cli.json(args)).toMatchObject({
      workspace: done.workspace,
      outcome: "already_imported",
    });
    const { channels } = await world.bob.client.ok("GET", `/api/workspaces/${done.workspace.id}/channels`);
    const copy = channels.find(({ name }: { name: string }) => name === world.general.name);
    expect(copy.id).not.toBe(world.general.id);
    const [copied, original] = [
      await world.bob.client.list(copy.id),
      await world.bob.client.list(world.general.id),
    ];
    expect(copied.messages.map(({ created_at }) => created_at)).toEqual(
      original.messages.map(({ created_at }) => created_at),
    );
    const ids = new Set(original.messages.map(({ id }) => id));
    expect(copied.messages.filter(({ id }) => ids.has(id))).toEqual([]);
    // A copy that was deleted does not come back; the next one has ids of its own.
    await source.cli.ok(["admin", "workspace", "delete", "--workspace", "acme-copy", "--yes"]);
    const next = await source.cli.json(args);
    expect(next).toMatchObject({ workspace: { slug: "acme-copy" }, outcome: "imported" });
    expect(next.workspace.id).not.toBe(done.workspace.id);
    await expectProjectionsMatchLog(source.urls);
  });

  const emailOf = (userId: string): string =>
    linesOf(exported, "accounts.jsonl").find(({ id }) => id === userId).email as string;
});

test("an export's folder holds nothing else, and is for its owner alone", () => {
  expect(readdirSync(exported).toSorted()).toEqual([...DATA, "files", "manifest.json"].toSorted());
  for (const name of [".", ...readdirSync(exported, { recursive: true, encoding: "utf8" })])
    expect(statSync(join(exported, name)).mode & 0o077, name).toBe(0);
});
