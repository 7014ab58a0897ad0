import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IdMap } from "@clickclack/server/transfer/mapping/IdMap";
import { SlackIds } from "@clickclack/server/transfer/slack/log/SlackIds";
import { MAX_HEADS } from "@clickclack/workspace/WorkspaceState";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiClient } from "../support/ApiClient.ts";
import { ClickClack } from "../support/ClickClack.ts";
import { Operator } from "../support/Operator.ts";
import { expectProjectionsMatchLog } from "../support/projections.ts";
import { freshDatabase, freshNats } from "../support/services.ts";
import { until } from "../support/until.ts";
import { Cli } from "../cli/Cli.ts";
import { ts, writeZip } from "../cli/slackZip.ts";

/** So many that the rules no longer have the first one in mind when the last is written. */
const MESSAGES = Math.ceil(MAX_HEADS * 1.25) + 200;

let server: ClickClack;
let operator: Operator;
let urls: { readonly nats: string; readonly db: string };
let folder: string;
let zip: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "clickclack-slack-long-"));
  const [nats, db] = await Promise.all([freshNats(), freshDatabase()]);
  urls = { nats: nats.url, db: db.url };
  server = await ClickClack.start(urls);
  operator = await Operator.connect(server);
  const said = Array.from({ length: MESSAGES }, (_, i) => ({ user: "U1", text: `no. ${i}`, ts: ts(1, i) }));
  const root = { thread_ts: ts(1, 0) };
  zip = await writeZip(join(folder, "long.zip"), {
    "users.json": [{ id: "U1", team_id: "T-long", name: "ann", is_primary_owner: true }],
    "channels.json": [
      { id: "C1", name: "one", members: ["U1"], pins: [{ id: ts(1, 0) }, { id: ts(1, 2) }] },
      { id: "C2", name: "two", members: ["U1"] },
    ],
    // Two channels in turn: as many commits as messages.
    "one/2024-03-01.json": said.filter((_, i) => i % 2 === 0),
    "two/2024-03-01.json": said.filter((_, i) => i % 2 === 1),
    "one/2024-03-02.json": [1, 2, 3].map((n) => ({ user: "U1", text: `reply ${n}`, ts: ts(2, n), ...root })),
  });
});
afterAll(async () => {
  await operator?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("a long import goes on after kill -9 in the midst, and old threads and pins are whole", async () => {
  const { deployment } = operator;
  const cli = Cli.on(server.dataDir);
  const { child } = cli.start(["import", "slack", zip, "--json"]);
  const salt = await until(() => deployment.meta.get<string>("import-salt"), {
    what: "the import to begin",
    deadlineMs: 60_000,
  });
  const { workspaceId } = new IdMap({ workspaceId: new SlackIds("T-long").of("wsp", 0), salt });
  await until(async () => (await deployment.chatStore.position(workspaceId)).version > 100, {
    what: "some of it to be written",
    deadlineMs: 60_000,
    everyMs: 5,
  });
  child.kill("SIGKILL");
  await new Promise((gone) => child.once("close", gone));
  expect((await deployment.chatStore.position(workspaceId)).version).toBeLessThan(MESSAGES);
  const done = await cli.json(["import", "slack", zip]);
  expect(done).toMatchObject({
    workspace: { id: workspaceId, slug: "long" },
    outcome: "resumed",
    messages: MESSAGES,
    replies: 3,
    pins: 2,
    skipped: {},
    visible: true,
  });
  const ann = (await deployment.reservations.find("handle", "ann"))!.holder;
  const { token } = await deployment.accounts.issueToken(ann, "test", { user_id: "system" });
  const client = new ApiClient(server.url).withToken(token);
  const { channels } = await client.ok("GET", `/api/workspaces/${workspaceId}/channels`);
  const one = channels.find(({ name }: { readonly name: string }) => name === "one");
  const { messages: pinned } = await client.ok("GET", `/api/channels/${one.id}/pins`);
  expect(pinned.map(({ body }: { readonly body: string }) => body).toSorted()).toEqual(["no. 0", "no. 2"]);
  const root = pinned.find(({ body }: { readonly body: string }) => body === "no. 0");
  const thread = await client.ok("GET", `/api/messages/${root.id}/thread`);
  expect(thread.replies.map(({ thread_seq: seq }: { readonly thread_seq: number }) => seq)).toEqual([
    1, 2, 3,
  ]);
  await expectProjectionsMatchLog(urls);
});
