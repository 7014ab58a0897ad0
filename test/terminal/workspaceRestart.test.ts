import { WorkspaceChat } from "@clickclack/terminal/workspace/WorkspaceChat";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Cluster, clientOf } from "../support/Cluster.ts";
import type { ClickClack } from "../support/ClickClack.ts";
import { ChatLog } from "../support/terminal/ChatLog.ts";
import { until } from "../support/until.ts";

let cluster: Cluster;
let nodes: readonly [stays: ClickClack, goes: ClickClack];
const logs: Array<ChatLog<WorkspaceChat>> = [];

beforeAll(async () => {
  cluster = await Cluster.create();
  nodes = [await cluster.add(), await cluster.add({ role: "gateway" })];
});
afterAll(async () => {
  for (const { chat } of logs) chat.close();
  await cluster?.stop();
});

/** Somebody in a workspace of its own, at the node that goes away. */
const world = async (more: { readonly WebSocket?: typeof WebSocket } = {}) => {
  const ada = await clientOf(nodes[0]).signUp("Ada");
  const { id } = await ada.client.createWorkspace();
  const channel = await ada.client.createChannel(id);
  const log = new ChatLog(new WorkspaceChat({ url: nodes[1].url, token: ada.token, workspace: id, ...more }));
  logs.push(log);
  await log.connect();
  return { ada, channel, log };
};

it("over kill -9 and a restart nothing is lost or told twice, and what was typed meanwhile is sent once", async () => {
  const { ada, channel, log } = await world();
  expect(await log.chat.input("before")).toBe("done");
  await nodes[1].kill();
  await log.reach("waiting");
  const offline = [
    log.chat.input("typed offline 1"),
    log.chat.input("/me waits"),
    log.chat.input("typed offline 2"),
  ];
  expect(log.chat.pending).toBe(3);
  const said = Array.from({ length: 12 }, (_, n) => `said meanwhile ${n}`);
  for (const text of said) await ada.client.post(channel.id, text);
  await nodes[1].start();
  expect(await Promise.all(offline)).toEqual(["done", "done", "done"]);
  const own = ["typed offline 1", "waits", "typed offline 2"];
  expect(log.said).toEqual(["before", ...said, ...own]);
  const missed = log.messages.filter(({ missed }) => missed).map(({ text }) => text);
  expect(missed).toEqual(said);
  expect(log.states.at(-1)).toEqual({ _tag: "connected", again: true });
  expect(log.states).toContainEqual({ _tag: "waiting", retryInMs: expect.any(Number) });
  expect(log.chat.room).toBe(channel.name);
});

it("a gateway that drains is left and found again, without a gap", async () => {
  const { ada, channel, log } = await world();
  const typed = Array.from({ length: 30 }, (_, n) => `typed ${n}`);
  const answers = typed.map((text) => log.chat.input(text));
  await log.saw("typed 3");
  await nodes[1].halt();
  await ada.client.post(channel.id, "said meanwhile");
  await nodes[1].start();
  expect(await Promise.all(answers)).toEqual(typed.map(() => "done"));
  await log.saw("said meanwhile");
  expect(log.said.filter((text) => text.startsWith("typed"))).toEqual(typed);
  const { messages } = await ada.client.list(channel.id, "?limit=200");
  expect(log.said).toEqual(messages.map(({ body }) => body));
});

it("a cursor that the server does not know is told of, and the room read anew", async () => {
  const sockets: Array<WebSocket> = [];
  /** Forgets where it was, from its second connection on. */
  class Forgetful extends WebSocket {
    constructor(...[url, protocols]: ConstructorParameters<typeof WebSocket>) {
      super(
        sockets.length === 1 ? String(url).replace(/after_cursor=[^&]*/, "after_cursor=x") : url,
        protocols,
      );
      sockets.push(this);
    }
  }
  const { ada, channel, log } = await world({ WebSocket: Forgetful });
  await log.chat.input("before");
  sockets[0]!.close();
  await log.reach("waiting");
  await ada.client.post(channel.id, "meanwhile");
  expect(await log.noted("too much happened")).toContain("/history");
  expect(await log.saw("meanwhile")).toMatchObject({ missed: true });
  await log.reach("connected");
  expect(await log.chat.input("after")).toBe("done");
  expect(log.said).toEqual(["before", "meanwhile", "after"]);
  await until(() => sockets.length === 3, { what: "the third connection" });
});

it("what waits when the chat is closed is said not to be sent", async () => {
  const { log } = await world();
  await nodes[1].kill();
  await log.reach("waiting");
  const outcomes = [log.chat.input("one"), log.chat.input("two")];
  log.chat.close();
  expect(await Promise.all(outcomes)).toEqual(["lost", "lost"]);
  expect(log.errors).toEqual(["not sent: one", "not sent: two"]);
  expect(log.chat.state).toMatchObject({ ending: "quit" });
});
