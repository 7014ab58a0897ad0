import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiClient } from "../support/ApiClient.ts";
import { ClickClack } from "../support/ClickClack.ts";
import { freshDatabase, freshNats } from "../support/services.ts";
import { Cli } from "./Cli.ts";

let server: ClickClack;
let cli: Cli;
let captain: ApiClient;

beforeAll(async () => {
  const [nats, db] = await Promise.all([freshNats(), freshDatabase()]);
  server = await ClickClack.start({ nats: nats.url, db: db.url });
  cli = Cli.on(server.dataDir);
  captain = new ApiClient(server.url);
});
afterAll(() => server?.stop());

test("channels are listed for people and for scripts", async () => {
  const { channels } = await cli.json(["channels", "list", "--workspace", "clickclack"]);
  expect(channels).toMatchObject([{ name: "general", kind: "public" }]);
  const shown = await cli.ok(["channels", "list", "--workspace", channels[0].workspace_id]);
  expect(shown.split("\n")).toHaveLength(2);
  expect(shown).toContain(channels[0].id);
});

test("a message is sent by a channel's name or id, as text or through a pipe", async () => {
  const workspace = await captain.createWorkspace();
  const channel = await captain.createChannel(workspace.id);
  const byName = ["--workspace", workspace.slug, "--channel", channel.name];
  const first = await cli.ok(["send", ...byName, "hello **world**"]);
  expect(first).toMatch(/^msg_[0-9a-z]{26}$/);
  await cli.ok(["send", "--channel", channel.id], { stdin: "one\ntwo\n" });
  await cli.ok(["send", "--channel", `#${channel.name}`, "--workspace", workspace.id, "-"], {
    stdin: "three",
  });
  const { messages } = await cli.json(["messages", "list", ...byName]);
  expect(messages.map((message: { body: string }) => message.body)).toEqual([
    "hello **world**",
    "one\ntwo",
    "three",
  ]);
  expect(messages[0].id).toBe(first);
  const shown = await cli.ok(["messages", "list", "--channel", channel.id, "--limit", "2"]);
  expect(shown).toMatch(/@local-captain: one\n {4}two\n.*@local-captain: three$/);
});

test("text may look like a flag behind two dashes", async () => {
  const workspace = await captain.createWorkspace();
  const channel = await captain.createChannel(workspace.id);
  const { message } = JSON.parse(
    await new Cli("--", "--data is a flag").ok([
      "send",
      "--channel",
      channel.id,
      "--data",
      server.dataDir,
      "--json",
    ]),
  );
  expect(message.body).toBe("--data is a flag");
});

test("control characters in a message do not reach the terminal", async () => {
  const workspace = await captain.createWorkspace();
  const channel = await captain.createChannel(workspace.id);
  await captain.post(channel.id, "red \u001b[31malert\u0007");
  const shown = await cli.ok(["messages", "list", "--channel", channel.id]);
  // oxlint-disable-next-line no-control-regex
  expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
  expect(shown).toContain("alert");
});

test("a command acts as the owner of a token, or as a named user of development mode", async () => {
  const { user, token } = await captain.signUp("dora");
  const workspace = await captain.withToken(token).createWorkspace();
  const list = ["channels", "list", "--workspace", workspace.id];
  expect((await cli.json(list, { env: { CLICKCLACK_TOKEN: token } })).channels).toEqual([]);
  expect((await cli.json([...list, "--token", token])).channels).toEqual([]);
  expect((await cli.json([...list, "--as", user.id])).channels).toEqual([]);
  expect(await cli.run(list)).toMatchObject({ code: 1, stderr: expect.stringContaining("(not_found)") });
  expect((await cli.run([...list, "--as", user.id, "--token", token])).code).toBe(2);
  const unknown = await cli.run(list, { env: { CLICKCLACK_TOKEN: "cct_nonsense" } });
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining("(unauthenticated)") });
});

test("the server may be named by its URL", async () => {
  const listed = await new Cli().ok([
    "channels",
    "list",
    "--workspace",
    "clickclack",
    "--url",
    `${server.url}/`,
  ]);
  expect(listed).toContain("general");
  const away = await new Cli().run([
    "channels",
    "list",
    "--workspace",
    "clickclack",
    "--url",
    "http://127.0.0.1:9",
  ]);
  expect(away).toMatchObject({ code: 1, stderr: "clickclack: no server answers at http://127.0.0.1:9\n" });
});

test("what is not there is said so", async () => {
  const to = (...where: ReadonlyArray<string>) => cli.run(["send", ...where, "hello"]);
  expect((await to("--workspace", "nope", "--channel", "general")).stderr).toContain(
    "you belong to no workspace nope",
  );
  expect((await to("--workspace", "clickclack", "--channel", "nope")).stderr).toContain(
    "there is no channel nope",
  );
  expect((await to("--channel", "chn_00000000000000000000000000")).code).toBe(1);
});

test("a thread is replied to and shown, for people and for scripts", async () => {
  const workspace = await captain.createWorkspace();
  const channel = await captain.createChannel(workspace.id);
  const { message } = await captain.post(channel.id, "is it fixed?");
  const reply = await cli.ok(["threads", "reply", message.id, "it **is**"]);
  expect(reply).toMatch(/^msg_[0-9a-z]{26}$/);
  const piped = await cli.json(["threads", "reply", message.id], { stdin: "since\nnoon" });
  expect(piped).toMatchObject({ message: { body: "since\nnoon" }, thread_state: { reply_count: 2 } });
  const thread = await cli.json(["threads", "open", message.id]);
  expect(thread).toMatchObject({
    root: { id: message.id },
    replies: [{ id: reply }, { id: piped.message.id }],
  });
  const shown = await cli.ok(["threads", "open", message.id, "--limit", "1"]);
  expect(shown).toMatch(/is it fixed\? {2}\[2 replies\]\n.*@local-captain: since\n {4}noon$/);
  for (const args of [
    ["open", "msg_nope"],
    ["reply", "../x", "hello"],
  ])
    expect((await cli.run(["threads", ...args])).stderr).toContain("(not_found)");
  expect((await cli.run(["threads", "reply", message.id], { stdin: " " })).code).toBe(2);
});
