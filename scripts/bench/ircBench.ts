import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { WebSocket } from "ws";
import { pickPort } from "@clickclack/server/embedded/pickPort";
import { ClickClack } from "../../test/support/ClickClack.ts";
import { requireTool } from "../../test/support/debianTools.ts";
import { IrcHttpClient } from "../../test/support/IrcHttpClient.ts";
import type { BenchOptions } from "./BenchOptions.ts";
import type { Cleanup } from "./Cleanup.ts";
import { HttpConnection, postRequest } from "./HttpConnection.ts";
import { IrcCrowd } from "./IrcCrowd.ts";
import { nodeFlags } from "./nodeFlags.ts";
import { lastAfter, PARKED, parkedPolls } from "./parkedPolls.ts";
import { median } from "./quantile.ts";
import { type Row, ratioRow } from "./Row.ts";
import { temporaryFolder } from "./temporaryFolder.ts";

const CHANNEL = "#bench";
const CROWD = 1_000;
const LINES = 20;
const TEXT = "x".repeat(100);
const POLLED = 200;
const KIB = 1024;

/** Our server, with an IRC port and no limit to what a connection may say. */
const startOurs = (cleanup: Cleanup): Promise<ClickClack> => {
  const dataDir = temporaryFolder(cleanup);
  const env = {
    IRC_LISTEN_ADDR: "127.0.0.1:0",
    IRC_FLOOD_LIMIT: "0",
    LOG_LEVEL: "warn",
    NODE_OPTIONS: nodeFlags({ collectable: true }).join(" "),
  };
  return cleanup.managed(
    () => ClickClack.start({ dataDir, env }),
    (server) => server.stop(),
  );
};

/** Debian's ngircd, with its limits off. */
const startNgircd = async (cleanup: Cleanup): Promise<number> => {
  const program = await requireTool("ngircd");
  const port = await pickPort();
  const file = join(temporaryFolder(cleanup), "ngircd.conf");
  writeFileSync(
    file,
    `[Global]\nName = bench.test\nInfo = bench\nListen = 127.0.0.1\nPorts = ${port}\nServerUID = ${process.getuid?.() ?? 0}\n` +
      "[Limits]\nMaxConnections = 0\nMaxConnectionsIP = 0\nMaxPenaltyTime = 0\nMaxJoins = 0\n" +
      "[Options]\nDNS = no\nIdent = no\nPAM = no\n",
  );
  const child = spawn(program, ["--nodaemon", "--config", file], { stdio: "ignore" });
  cleanup.add(() => child.kill("SIGTERM"));
  return port;
};

/** How long one message takes to a parked poll and to a WebSocket: p50 of both, of the same messages. */
const deliveries = async (
  server: ClickClack,
): Promise<{ readonly poll: number; readonly socket: number }> => {
  const anyone = new IrcHttpClient(server.url);
  const [speaker, listener] = [await anyone.guest("speaker"), await anyone.guest("listener")];
  for (const client of [speaker, listener]) await client.join(CHANNEL);
  await listener.drain();
  const { hostname: host, port } = new URL(server.url);
  const bearer = (token: string) => `Authorization: Bearer ${token}\r\n`;
  const [posting, polling] = [
    await HttpConnection.open(host, Number(port)),
    await HttpConnection.open(host, Number(port)),
  ];
  const workspaces = await fetch(`${server.url}/api/workspaces`).then((answer) => answer.json());
  const workspaceId = (workspaces as { workspaces: ReadonlyArray<{ id: string }> }).workspaces[0]!.id;
  const headers = { Authorization: `Bearer ${listener.token}` };
  const socket = new WebSocket(`${server.webSocketUrl}/api/realtime/ws?workspace_id=${workspaceId}`, {
    headers,
  });
  let onFrame: (() => void) | undefined;
  socket.on("message", () => onFrame?.());
  await once(socket, "message");
  const times = { poll: [] as Array<number>, socket: [] as Array<number> };
  let { last } = listener;
  for (let n = 0; n < POLLED; n++) {
    const target = { host, port: Number(port), path: "/api/v1/messages" };
    const request = `GET ${target.path}?after=${last}&timeout=30 HTTP/1.1\r\nHost: ${host}\r\n${bearer(listener.token!)}\r\n`;
    const parked = polling.send(request);
    // Parked for certain once what came after it on another connection has been answered.
    await listener.get("/state");
    await listener.get("/state");
    const body = JSON.stringify({ to: CHANNEL, body: TEXT });
    const begun = performance.now();
    const arrived = new Promise<number>((resolve) => (onFrame = () => resolve(performance.now())));
    const posted = posting.send(postRequest({ ...target, headers: bearer(speaker.token!), body }));
    const answer = await parked;
    times.poll.push(performance.now() - begun);
    times.socket.push((await arrived) - begun);
    await posted;
    last = Number(/"last_id":(\d+)/.exec(answer.text)![1]);
  }
  posting.close();
  polling.close();
  socket.close();
  return { poll: median(times.poll), socket: median(times.socket) };
};

/** Lines delivered a second to a crowd in one channel. */
const fanOut = async (port: number, rounds: number): Promise<number> => {
  const crowd = await IrcCrowd.join({ host: "127.0.0.1", port }, CROWD, CHANNEL);
  try {
    // The first of both is not counted: it finds code that is not compiled yet, and buffers that have to grow.
    await crowd.say(CHANNEL, LINES, TEXT);
    const rates = [];
    for (let round = 0; round < rounds; round++)
      rates.push((LINES * (CROWD - 1) * 1_000) / (await crowd.say(CHANNEL, LINES, TEXT)));
    return median(rates);
  } finally {
    crowd.close();
  }
};

/** IRC over HTTP against the WebSocket surface, and IRC against a server that does nothing else. */
export const ircBench = async ({ cleanup, say, rounds }: BenchOptions): Promise<ReadonlyArray<Row>> => {
  const ours = await startOurs(cleanup);
  const { poll, socket } = await deliveries(ours);
  say(`a poll is woken after ${poll.toFixed(2)} ms, a WebSocket told after ${socket.toFixed(2)} ms`);
  const parked = await parkedPolls(ours, rounds);
  const wakes = parked.lastAfterMs.map((ms) => ms.toFixed(0)).join(", ");
  say(
    `${PARKED} parked polls: ${(parked.bytesEach / KIB).toFixed(1)} KiB each, the last is woken after ${wakes} ms`,
  );
  const ngircd = await startNgircd(cleanup);
  const figure = await fanOut(Number((await ours.runFile()).irc!.split(":")[1]), rounds);
  say(`ours: ${Math.round(figure)} lines a second to ${CROWD} connections`);
  const baseline = await fanOut(ngircd, rounds);
  return [
    ratioRow({
      bench: "irc",
      name: "p50 to a parked poll, against a WebSocket",
      unit: "ms",
      figure: poll,
      baseline: socket,
      target: { bounds: "ratio", atMost: 1.5 },
    }),
    {
      bench: "irc",
      name: `memory of each of ${PARKED} parked polls`,
      unit: "KiB",
      figure: parked.bytesEach / KIB,
      baseline: undefined,
      ratio: undefined,
      target: { bounds: "figure", atMost: 10 },
    },
    {
      bench: "irc",
      name: `the last of ${PARKED} parked polls is woken by a message`,
      unit: "ms",
      figure: lastAfter(parked),
      baseline: undefined,
      ratio: undefined,
      target: { bounds: "figure", atMost: 500 },
      rounds: { ours: parked.lastAfterMs },
    },
    ratioRow({
      bench: "irc",
      name: `lines to ${CROWD} IRC connections, against ngircd`,
      unit: "/s",
      figure,
      baseline,
      target: { bounds: "ratio", atLeast: 0.5 },
    }),
  ];
};
