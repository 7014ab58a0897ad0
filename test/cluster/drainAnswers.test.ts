import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import type { ClickClack } from "../support/ClickClack.ts";
import { Cluster, clientOf } from "../support/Cluster.ts";
import { freshName, IrcHttpClient } from "../support/IrcHttpClient.ts";
import { IrcLineClient } from "../support/IrcLineClient.ts";
import { RawConnection, rawRequest } from "../support/RawConnection.ts";
import { readLog } from "../support/readLog.ts";
import { TerminalSocket } from "../support/TerminalSocket.ts";
import { until } from "../support/until.ts";

/** Connections that are used one after the other: more than can be while a gateway stops. */
const KEPT = 200;
/** Two at once, so that one comes while the other is being answered. */
const WRITERS = 2;

let cluster: Cluster;
let stays: ClickClack;
let workspaceId = "";
beforeAll(async () => {
  cluster = await Cluster.create();
  stays = await cluster.add({ env: ENV });
  workspaceId = (await clientOf(stays).createWorkspace()).id;
});
afterAll(() => cluster.stop());

const ENV = {
  SESSION_IDLE_TIMEOUT: "10m",
  TERMINAL_RATE_LIMIT: "off",
  IRC_LISTEN_ADDR: "127.0.0.1:0",
  IRC_FLOOD_LIMIT: "0",
};
const addLeaving = () => {
  const named = { TERMINAL_WORKSPACE: workspaceId, IRC_WORKSPACE: workspaceId };
  return cluster.add({ role: "gateway", env: { ...ENV, ...named } });
};

/** Texts of all messages that are stored. */
const storedTexts = async (): Promise<ReadonlySet<unknown>> => {
  const { events } = await readLog(cluster.nats, workspaceId);
  return new Set(events.flatMap(({ type, payload }) => (type === "message.created" ? [payload.body] : [])));
};

const json = (headers: Readonly<Record<string, string>>, content: unknown) => ({
  headers: Object.entries({ "Content-Type": "application/json", ...headers }),
  body: Buffer.from(JSON.stringify(content)),
});

/** Posts text after text over these connections until none takes any more; returns the texts that were not answered. */
const postWhileOpen = async (
  connections: ReadonlyArray<RawConnection>,
  requestOf: (text: string) => Uint8Array,
): Promise<ReadonlyArray<string>> => {
  const left = [...connections];
  const unanswered: Array<string> = [];
  const write = async () => {
    for (let connection = left.pop(); connection; connection = left.pop()) {
      const text = crypto.randomUUID();
      connection.write(requestOf(text));
      const answer = await connection.answer();
      if (answer?.status !== 201) unanswered.push(text);
      else if (answer.headers.get("connection") !== "close") left.push(connection);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  for (const connection of connections) connection.close();
  return unanswered;
};

/** What a gateway has to write down of these sessions at its end takes it a moment. */
const useSessions = async (leaves: ClickClack): Promise<void> => {
  const use = async () => {
    const { client } = await clientOf(stays).signUp("ann");
    for (let n = 0; n < 2; n++) await client.at(leaves.url).me();
  };
  await Promise.all(Array.from({ length: 20 }, use));
};

const keptConnections = async ({ url }: ClickClack): Promise<ReadonlyArray<RawConnection>> => {
  const connections: Array<RawConnection> = [];
  for (let n = 0; n < KEPT; n++) {
    const connection = await RawConnection.open(url);
    connection.write(rawRequest("GET", "/healthz"));
    expect(await connection.answer()).toMatchObject({ status: 200 });
    connections.push(connection);
  }
  return connections;
};

const surfaces = {
  "the native API": async (api: ApiClient) => {
    const { id } = await api.createChannel(workspaceId);
    return (text: string) => rawRequest("POST", `/api/channels/${id}/messages`, json({}, { body: text }));
  },
  "IRC over HTTP": async ({ url }: ApiClient) => {
    const bob = await new IrcHttpClient(url).guest(freshName("bob"));
    const to = `#${freshName("c")}`;
    await bob.join(to);
    const headers = { Authorization: `Bearer ${bob.token}` };
    return (text: string) => rawRequest("POST", "/api/v1/messages", json(headers, { to, content: text }));
  },
};

test.each(Object.entries(surfaces))(
  "what is posted by %s on kept connections while a gateway stops is answered, or not stored",
  async (_, prepare) => {
    const leaves = await addLeaving();
    const requestOf = await prepare(clientOf(leaves));
    const connections = await keptConnections(leaves);
    await useSessions(leaves);
    const halted = leaves.halt();
    const unanswered = await postWhileOpen(connections, requestOf);
    expect(await halted).toBe(0);
    const stored = await storedTexts();
    expect(unanswered.filter((text) => stored.has(text))).toEqual([]);
  },
);

test("what was typed at a terminal before its gateway stops is answered, or not stored", async () => {
  const leaves = await addLeaving();
  const ann = await TerminalSocket.join(leaves.webSocketUrl, freshName("ann"));
  const texts = Array.from({ length: 300 }, () => crypto.randomUUID());
  for (const text of texts) ann.send({ type: "input", text, id: text });
  await ann.frame(({ type }) => type === "ack", "the first of them to be done");
  const halted = leaves.halt();
  expect((await ann.end()).code).toBe(1012);
  expect(await halted).toBe(0);
  const answered = new Set(ann.of("ack").map(({ id }) => id));
  const stored = await storedTexts();
  expect(texts.filter((text) => stored.has(text) && !answered.has(text))).toEqual([]);
});

test("what an IRC client said before its gateway stops is echoed, or not stored", async () => {
  const leaves = await addLeaving();
  const address = (await leaves.runFile()).irc!;
  const ann = await IrcLineClient.join(address, freshName("ann"), "CAP REQ echo-message");
  const channel = `#${freshName("c")}`;
  await ann.sync(`JOIN ${channel}`);
  const texts = Array.from({ length: 300 }, () => crypto.randomUUID());
  ann.send(...texts.map((text) => `PRIVMSG ${channel} :${text}`));
  const isEchoed = (text: string) => ann.lines.some((line) => line.endsWith(` :${text}`));
  await until(() => isEchoed(texts[0]!), { what: "the first of them to be echoed" });
  expect(await leaves.halt()).toBe(0);
  await until(() => ann.closed, { what: "the end of the connection" });
  expect(ann.lines.at(-1)).toContain("this server is stopping");
  const stored = await storedTexts();
  expect(texts.filter((text) => stored.has(text) && !isEchoed(text))).toEqual([]);
});

test("an answer that its client reads slowly is sent whole before a gateway is gone", async () => {
  const leaves = await addLeaving();
  const { id } = await clientOf(stays).createChannel(workspaceId);
  // Together some 12 MB, more than the system takes at once.
  const body = "€".repeat(40_000);
  await Promise.all(Array.from({ length: 100 }, () => clientOf(stays).post(id, body)));
  expect((await clientOf(leaves).list(id, "?limit=100")).messages.length).toBe(100);
  const [slow, quick] = [await RawConnection.open(leaves.url), await RawConnection.open(leaves.url)];
  slow.socket.pause();
  for (const connection of [slow, quick])
    connection.write(rawRequest("GET", `/api/channels/${id}/messages?limit=100`));
  expect((await quick.answer())?.status).toBe(200);
  const halted = leaves.halt();
  // A gateway that does not wait for its client is gone long before.
  let refused = 0;
  const isRefused = () =>
    RawConnection.open(leaves.url).then(
      (connection) => connection.close(),
      () => ++refused >= 20,
    );
  await until(isRefused, { what: "new connections to be refused" });
  slow.socket.resume();
  expect((await slow.answer())?.status).toBe(200);
  expect(await halted).toBe(0);
});

test("a request whose body does not come is told that the gateway stops", async () => {
  const leaves = await addLeaving();
  const connection = await RawConnection.open(leaves.url);
  connection.write("POST /api/workspaces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{");
  await clientOf(leaves).me();
  const halted = leaves.halt();
  expect(await connection.answer()).toMatchObject({ status: 503 });
  expect(await halted).toBe(0);
});
