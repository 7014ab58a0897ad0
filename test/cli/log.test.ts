import { jetstream } from "@nats-io/jetstream";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { newId } from "@clickclack/protocol/Ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiClient } from "../support/ApiClient.ts";
import { ClickClack } from "../support/ClickClack.ts";
import { connectNats } from "../support/connectNats.ts";
import { freshDatabase, freshNats } from "../support/services.ts";
import { until } from "../support/until.ts";
import { Cli } from "./Cli.ts";

let server: ClickClack;
let cli: Cli;
let captain: ApiClient;

beforeAll(async () => {
  const [nats, db] = await Promise.all([freshNats(), freshDatabase()]);
  server = await ClickClack.start({ nats: nats.url, db: db.url, args: ["--partitions", "4"] });
  cli = Cli.on(server.dataDir);
  captain = new ApiClient(server.url);
});
afterAll(() => server?.stop());

interface Line {
  readonly stream: string;
  readonly seq: number;
  readonly subject: string;
  readonly version: number;
  readonly event: WorkspaceEvent;
}

const linesOf = (text: string): ReadonlyArray<Line> =>
  text === "" ? [] : text.split("\n").map((line) => JSON.parse(line) as Line);

const tail = async (...args: ReadonlyArray<string>) =>
  linesOf(await cli.ok(["log", "tail", ...args, "--json"]));

const talk = async (messages: number) => {
  const workspace = await captain.createWorkspace();
  const channel = await captain.createChannel(workspace.id);
  for (let n = 1; n <= messages; n++) await captain.post(channel.id, `message ${n}`);
  return { workspace, channel };
};

test("tail shows one workspace's events in the order of its log, whole", async () => {
  const { workspace, channel } = await talk(3);
  const all = await tail("--workspace", workspace.slug, "--from", "1");
  expect(all.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(all.at(-1)).toMatchObject({
    stream: expect.stringMatching(/^CHAT_[0-3]$/),
    subject: expect.stringMatching(
      new RegExp(`^chat\\.[0-3]\\.${workspace.id}\\.${channel.id}\\.message\\.created$`),
    ),
    event: { type: "message.created", payload: { body: "message 3", channel_seq: 3 } },
  });
  expect(await tail("--workspace", workspace.id, "--last", "2")).toEqual(all.slice(-2));
  expect(await tail("--workspace", workspace.id, "--from", String(all.at(-1)!.seq))).toEqual(all.slice(-1));
  expect(await tail("--workspace", workspace.id, "--last", "0")).toEqual([]);
});

test("tail shows the newest events of all partitions, ten unless told otherwise", async () => {
  const { channel } = await talk(12);
  const newest = await tail();
  expect(newest).toHaveLength(10);
  for (const { event } of newest)
    expect(event).toMatchObject({ type: "message.created", channel_id: channel.id });
  const shown = (await cli.ok(["log", "tail", "--last", "3"])).split("\n");
  expect(shown).toHaveLength(3);
  expect(shown[2]).toMatch(/ v\d+ .* message\.created by usr_\w+ .*"body":"message 12"/);
});

test("tail goes on with what comes until it is interrupted", async () => {
  const { workspace, channel } = await talk(1);
  const args = ["log", "tail", "--follow", "--last", "1", "--workspace", workspace.id, "--json"];
  const { child, output } = cli.start(args);
  await until(() => output().includes("message 1"), { what: "the newest event", deadlineMs: 30_000 });
  await captain.post(channel.id, "and now");
  await captain.post(channel.id, "this too");
  await until(() => output().includes("this too"), { what: "what came later" });
  expect(linesOf(output().trim()).map(({ event }) => (event.payload as { body: string }).body)).toEqual([
    "message 1",
    "and now",
    "this too",
  ]);
  const ended = new Promise((done) => child.once("close", done));
  child.kill("SIGINT");
  expect(await ended).toBe(0);
});

test("verify reads every stream and finds a log of a running server in order", async () => {
  const { channel } = await talk(2);
  const { message } = await captain.post(channel.id, "root");
  await captain.ok("POST", `/api/messages/${message.id}/thread/replies`, { body: { body: "reply" } });
  const { ok, streams, problems } = await cli.json(["log", "verify"]);
  expect({ ok, problems }).toEqual({ ok: true, problems: [] });
  expect(streams.map(({ stream }: Line) => stream)).toEqual([
    "CHAT_0",
    "CHAT_1",
    "CHAT_2",
    "CHAT_3",
    "IDENTITY",
  ]);
  expect(await cli.ok(["log", "verify"])).toContain("CHAT_3");
});

test("verify names gaps in versions and numbers, foreign and malformed events, and what cannot be read", async () => {
  const [nats, db] = await Promise.all([freshNats(), freshDatabase()]);
  const other = await ClickClack.start({ nats: nats.url, db: db.url });
  const client = new ApiClient(other.url);
  const workspace = await client.createWorkspace();
  const channel = await client.createChannel(workspace.id);
  const { message } = await client.post(channel.id, "the only one");
  const { url } = nats;
  const there = new Cli("--nats", url, "--db", db.url);
  const before: ReadonlyArray<Line> = linesOf(await there.ok(["log", "tail", "--from", "1", "--json"]));
  await other.stop();
  const last = before.at(-1)!;
  const connection = await connectNats(url);
  const put = async (events: ReadonlyArray<object> | string) => {
    const body = typeof events === "string" ? events : JSON.stringify({ id: newId("cmt"), events });
    return (await jetstream(connection).publish(last.subject, body)).seq;
  };
  const created = (version: number, payload: object, more: object = {}) => ({
    ...last.event,
    id: newId("evt"),
    version,
    payload: { ...last.event.payload, message_id: newId("msg"), ...payload },
    ...more,
  });
  const at = last.version;
  const gap = await put([created(at + 2, { channel_seq: 2 })]);
  const number = await put([created(at + 3, { channel_seq: 5 })]);
  const reply = {
    message_id: newId("msg"),
    author_id: message.author_id,
    body: "x",
    root_message_id: message.id,
  };
  const thread = await put([
    { ...created(at + 4, {}), type: "thread.reply_created", payload: { ...reply, thread_seq: 2 } },
  ]);
  const foreign = await put([created(at + 5, { channel_seq: 6 }, { workspace_id: "wsp_other" })]);
  const malformed = await put([created(at + 6, { channel_seq: 7, body: 7 })]);
  const newer = await put([created(at + 7, { channel_seq: 7 }, { v: 9 })]);
  const unreadable = await put("no JSON");
  await connection.close();
  const { code, stdout, stderr } = await there.run(["log", "verify", "--json"]);
  expect(code).toBe(1);
  expect(stderr).toContain(`the log has 7 problems, the first at CHAT_0 ${gap}`);
  const { ok, problems } = JSON.parse(stdout);
  expect(ok).toBe(false);
  expect(problems).toMatchObject([
    { seq: gap, message: `version of ${workspace.id}: ${at + 1} expected, ${at + 2} found` },
    { seq: number, message: `channel_seq of ${channel.id}: 3 expected, 5 found` },
    { seq: thread, message: `thread_seq of ${message.id}: 1 expected, 2 found` },
    { seq: foreign, message: `an event of wsp_other stands in the log of ${workspace.id}` },
    { seq: malformed, message: expect.stringContaining("is malformed") },
    { seq: newer, message: expect.stringContaining("has format 9") },
    { seq: unreadable, message: expect.stringContaining("cannot be read") },
  ]);
  expect((await there.run(["log", "verify"])).stdout).toContain(`CHAT_0 ${gap}: version of ${workspace.id}`);
});

test("a NATS server without a log is said to be one, and stays so", async () => {
  const { url } = await freshNats();
  const there = new Cli("--nats", url);
  for (let i = 0; i < 2; i++) {
    const { code, stderr } = await there.run(["log", "verify"]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("there is no ClickClack log at"),
    });
    expect(stderr).not.toContain("test@");
  }
});
