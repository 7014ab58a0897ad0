import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Operator as Onsite } from "@clickclack/server/operator/Operator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiClient } from "../support/ApiClient.ts";
import { ClickClack } from "../support/ClickClack.ts";
import { Operator } from "../support/Operator.ts";
import { expectProjectionsMatchLog } from "../support/projections.ts";
import { freshDatabase, freshNats } from "../support/services.ts";
import { Cli } from "./Cli.ts";
import { acme, at, type Files, writeZip } from "./slackZip.ts";

let server: ClickClack;
let operator: Operator;
let cli: Cli;
let urls: { readonly nats: string; readonly db: string };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "clickclack-slack-test-"));
  const [nats, db] = await Promise.all([freshNats(), freshDatabase()]);
  urls = { nats: nats.url, db: db.url };
  server = await ClickClack.start(urls);
  operator = await Operator.connect(server);
  cli = Cli.on(server.dataDir);
});
afterAll(async () => {
  await operator?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const actAs = async (userId: string): Promise<ApiClient> => {
  const { token } = await operator.deployment.accounts.issueToken(userId, "test", { user_id: "system" });
  return new ApiClient(server.url).withToken(token);
};

describe("an export of Slack's", () => {
  // oxlint-disable-next-line typescript/no-explicit-any
  let done: any;
  let zip: string;
  let bobHere: string;
  let ann: ApiClient;
  // oxlint-disable-next-line typescript/no-explicit-any
  const channels = new Map<string, any>();

  beforeAll(async () => {
    // Bob is here already, and somebody else is called ann.
    const system = { user_id: "system" };
    const { accounts, reservations } = operator.deployment;
    bobHere = await accounts.create({ kind: "human", displayName: "Bob", email: "bob@one.example" }, system);
    await reservations.claim("handle", "ann", bobHere);
    zip = await writeZip(join(folder, "Acme Slack export Mar 1 2024 - Mar 2 2024.zip"), acme("one"));
    done = await cli.json(["import", "slack", zip]);
    const { holder } = (await reservations.find("email", "ann@one.example"))!;
    ann = await actAs(holder);
    const listed = await ann.ok("GET", `/api/workspaces/${done.workspace.id}/channels`);
    for (const channel of listed.channels) channels.set(channel.name, channel);
  });

  test("is counted, with what was left out", () => {
    expect(done).toEqual({
      workspace: { id: expect.stringMatching(/^wsp_/), slug: "acme" },
      outcome: "imported",
      channels: 2,
      private_channels: 1,
      conversations: 2,
      people: 5,
      bots: 2,
      messages: 9,
      replies: 2,
      reactions: 3,
      pins: 2,
      accounts: { created: 6, kept: 0, mapped: 1 },
      skipped: {
        empty_messages: 1,
        messages_without_sender: 1,
        messages_without_time: 1,
        notices: 1,
        reactions: 1,
        repeated_messages: 1,
        tombstones: 1,
      },
      visible: true,
    });
  });

  test("has its people: the owner, those who were here, bots, guests, and who left", async () => {
    const { workspace } = await ann.ok("GET", `/api/workspaces/${done.workspace.id}`);
    expect(workspace).toMatchObject({ name: "Acme", role: "owner" });
    const state = await new Onsite(operator.deployment).state(done.workspace.id);
    expect(state.members.get(bobHere)?.role).toBe("member");
    const { directory } = operator.deployment;
    const accounts = await Promise.all([...state.members.keys()].map((id) => directory.findCurrent(id)));
    expect(accounts.find((account) => account?.displayName === "Builder")).toMatchObject({ kind: "bot" });
    expect(accounts.find((account) => account?.displayName === "GONE")).toMatchObject({
      active: false,
      deletedAt: at(9, 0),
    });
    const guest = accounts.find((account) => account?.displayName === "GUEST");
    expect(state.members.get(guest!.id)?.role).toBe("guest");
    expect(accounts.find((account) => account?.email === "ann@one.example")?.handle).toBe("ann-2");
  });

  test("has its channels, archived ones and private ones of the same name", async () => {
    expect([...channels.keys()].toSorted()).toEqual(["general", "general-2", "old"]);
    expect(channels.get("general")).toMatchObject({ display_title: "All of us", kind: "public" });
    expect(channels.get("general-2")).toMatchObject({ kind: "private" });
    expect(channels.get("old")).toHaveProperty("archived_at");
    const bob = await actAs(bobHere);
    const secret = `/api/channels/${channels.get("general-2").id}/messages`;
    expect((await bob.request("GET", secret)).status).toBe(404);
    expect((await ann.ok("GET", secret)).messages).toMatchObject([{ body: "I have left since" }]);
  });

  test("has its messages in order, with their times, marks and senders", async () => {
    const { messages } = await ann.list(channels.get("general").id);
    const { handle } = (await operator.deployment.directory.findCurrent(bobHere))!;
    expect(messages.map(({ body }) => body)).toEqual([
      `Hello @${handle}, see #old & [this *page*](https://example.com/a) zebra`,
      "built",
      "final",
      "�click (javascript:alert(1)) @channel msg_01k9zzzzzzzzzzzzzzzzzzzzzz\n\nFile: [a\\](b.txt](https://files.example/F1/a.txt)",
      "to nobody",
    ]);
    expect(messages.map(({ created_at: time }) => time)).toEqual([
      at(1, 10),
      at(1, 30),
      at(1, 40),
      at(1, 70),
      at(2, 1),
    ]);
    expect(messages.map(({ channel_seq: seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(messages[2]!.author_id).toBe(bobHere);
  });

  test("has its threads, reactions, pins, conversations, and is found", async () => {
    const { messages } = await ann.list(channels.get("general").id);
    const root = messages[0]!;
    const thread = await ann.ok("GET", `/api/messages/${root.id}/thread`);
    expect(thread.replies).toMatchObject([
      { body: "**yes**", thread_seq: 1, author_id: bobHere },
      { body: "late reply", thread_seq: 2, created_at: at(2, 0) },
    ]);
    expect(thread.root).toMatchObject({ id: root.id });
    expect(JSON.stringify(root)).toContain("👍");
    expect(JSON.stringify(root)).toContain(":acme:");
    const pinned = await ann.ok("GET", `/api/channels/${channels.get("general").id}/pins`);
    const pinnedIds = pinned.messages.map(({ id }: { readonly id: string }) => id);
    expect(pinnedIds.toSorted()).toEqual([root.id, messages[2]!.id].toSorted());
    const { conversations } = await ann.ok("GET", `/api/dms?workspace_id=${done.workspace.id}`);
    expect(conversations).toHaveLength(2);
    const body = { workspace_id: done.workspace.id, member_ids: [bobHere] };
    const { conversation } = await ann.ok("POST", "/api/dms", { body });
    const said = await ann.ok("GET", `/api/dms/${conversation.id}/messages`);
    expect(said.messages).toMatchObject([{ body: "just us" }]);
    const found = await ann.ok("GET", `/api/search?workspace_id=${done.workspace.id}&q=zebra`);
    expect(JSON.stringify(found)).toContain(root.id);
    const { message } = await ann.post(channels.get("general").id, "and on it goes");
    expect(message.channel_seq).toBe(6);
  });

  test("changes nothing the second time, and agrees with the log", async () => {
    const before = await operator.deployment.chatStore.position(done.workspace.id);
    expect(await cli.json(["import", "slack", zip])).toMatchObject({
      workspace: done.workspace,
      outcome: "already_imported",
      accounts: { created: 0, kept: 6, mapped: 1 },
    });
    expect(await operator.deployment.chatStore.position(done.workspace.id)).toEqual(before);
    await expectProjectionsMatchLog(urls);
    await cli.ok(["projections", "verify"]);
  });

  test("is refused where another one of the same workspace was imported", async () => {
    const { "old/2024-03-01.json": _, ...less } = acme("one");
    const path = await writeZip(join(folder, "less.zip"), less);
    const ran = await cli.run(["import", "slack", path]);
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining("another export of the same") });
  });

  test("may be owned by somebody who is here and was not there", async () => {
    const files = JSON.parse(JSON.stringify(acme("two")).replaceAll('"T1"', '"T2"')) as Files;
    const path = await writeZip(join(folder, "two.zip"), files);
    const { user } = await new ApiClient(server.url).signUp("captain");
    const args = ["--owner", `@${user.handle}`, "--slug", "second", "--workspace-name", "Second"];
    const out = await cli.ok(["import", "slack", path, ...args]);
    const [, id] = /^imported: second \((wsp_\w+)\)$/m.exec(out)!;
    expect(out).toMatch(/^left out: {3}1 empty messages, /m);
    const { workspace } = await (await actAs(user.id)).ok("GET", `/api/workspaces/${id}`);
    expect(workspace).toMatchObject({ name: "Second", role: "owner" });
    await expectProjectionsMatchLog(urls);
  });
});

describe("an archive is refused before anything is written", () => {
  const without = (name: string) => {
    const files = { ...acme("bad") };
    delete (files as Record<string, unknown>)[name];
    return files;
  };
  test.each<readonly [string, RegExp, () => Files]>([
    ["without people", /users.json is missing/, () => without("users.json")],
    ["without channels", /channels.json is missing/, () => without("channels.json")],
    [
      "with a day that is no JSON",
      /general\/2024-03-02.json is no JSON/,
      () => ({ ...acme("bad"), "general/2024-03-02.json": Buffer.from("[{") }),
    ],
    [
      "with a day that is no list of objects",
      /general\/2024-03-02.json: entry 2 is no object/,
      () => ({ ...acme("bad"), "general/2024-03-02.json": [{}, 7] }),
    ],
    [
      "with an entry that unpacks to far more than it is",
      /general\/2024-03-03.json unpacks to/,
      () => ({ ...acme("bad"), "general/2024-03-03.json": Buffer.alloc(8_000_000, " ") }),
    ],
    [
      "with an entry that is too large",
      /general\/2024-03-03.json is larger than/,
      () => ({ ...acme("bad"), "general/2024-03-03.json": Buffer.alloc(65 * 1024 * 1024, " ") }),
    ],
    [
      "without anybody who can own it",
      /name one with --owner/,
      () => ({ ...acme("bad"), "users.json": [{ id: "U1", team_id: "T9", name: "x" }] }),
    ],
  ])("%s", async (what, why, files) => {
    const path = await writeZip(join(folder, `${what.replaceAll(" ", "-")}.zip`), files());
    await expectRefused(path, why);
  });

  test("with a path that leads out of it", async () => {
    const path = await writeZip(join(folder, "path.zip"), { ...acme("bad"), "xx/escape.json": [] });
    const bytes = await readFile(path);
    const changed = Buffer.from(
      bytes.toString("latin1").replaceAll("xx/escape", "../escape".slice(0, 9)),
      "latin1",
    );
    await writeFile(path, changed);
    await expectRefused(path, /path.zip cannot be read as a zip: invalid relative path/);
  });

  test("that is no zip, or is not there", async () => {
    const path = join(folder, "none.zip");
    await expectRefused(path, /none.zip cannot be read as a zip/);
    await writeFile(path, "not a zip at all, whatever its name says");
    await expectRefused(path, /none.zip cannot be read as a zip/);
  });

  const expectRefused = async (path: string, why: RegExp) => {
    const ran = await cli.run(["import", "slack", path]);
    expect(ran).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(why) });
    const { reservations } = operator.deployment;
    expect(await reservations.find("email", "ann@bad.example")).toBeUndefined();
  };
});
