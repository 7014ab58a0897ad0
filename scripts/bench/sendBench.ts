import type { BenchOptions } from "./BenchOptions.ts";
import type { Arrivals } from "./Crowd.ts";
import { cpuSeconds } from "./cpuSeconds.ts";
import { populate } from "./population.ts";
import { Program } from "./Program.ts";
import { median, quantile } from "./quantile.ts";
import { QuietGate } from "./QuietGate.ts";
import { type Row, ratioRow, type Target } from "./Row.ts";
import type { Sent } from "./senders.ts";
import { startBare } from "./startBare.ts";
import { startOurs } from "./startOurs.ts";
import { bareTarget, ourTarget, type ServerTarget } from "./target.ts";

const MEMBERS = 20;
const SAMPLE_EVERY = 20;
const PER_SECOND = 100;
/** Enough for V8 to have compiled what runs for each message, at both servers. */
const WARM_UP_SECONDS = 3;
/** Sent before each round and not counted: the servers take turns, and caches are cold after a pause. */
const LEAD_IN_SECONDS = 1;

/** What one round found, in ms. */
interface Round {
  /** Processor time of the server's process for each message. */
  readonly cpu: number;
  readonly sendP50: number;
  readonly sendP99: number;
  readonly deliveryP50: number;
  readonly deliveryP99: number;
}

interface Server extends ServerTarget {
  readonly pid: number;
}

interface Rig {
  readonly senders: Program;
  readonly watchers: Program;
  readonly sockets: number;
}

const join = (
  sent: ReadonlyArray<Sent>,
  arrivals: Arrivals,
  { cpu, sampled }: { readonly cpu: number; readonly sampled: number },
): Round => {
  const sends = sent.map(({ due, answered }) => answered - due);
  const deliveries = sent.flatMap(({ id, due }) => arrivals.get(id)?.map((at) => at - due) ?? []);
  const expected = sent.length * sampled;
  if (deliveries.length !== expected)
    throw new Error(`${deliveries.length} deliveries arrived instead of ${expected}`);
  return {
    cpu,
    sendP50: median(sends),
    sendP99: quantile(sends, 0.99),
    deliveryP50: median(deliveries),
    deliveryP99: quantile(deliveries, 0.99),
  };
};

const runRound = async (
  { senders, watchers, sockets }: Rig,
  server: Server,
  crowd: number,
  seconds: number,
): Promise<Round> => {
  await senders.ask("constant", server.post, PER_SECOND, LEAD_IN_SECONDS);
  await watchers.ask("arrivals", crowd);
  const cpuBefore = cpuSeconds(server.pid);
  const sent = await senders.ask<ReadonlyArray<Sent>>("constant", server.post, PER_SECOND, seconds);
  // The last message was answered when it was stored; its frames are on their way for some milliseconds more.
  await new Promise((resume) => setTimeout(resume, 300));
  const cpu = ((cpuSeconds(server.pid) - cpuBefore) * 1000) / sent.length;
  const sampled = Math.floor(sockets / SAMPLE_EVERY);
  return join(sent, await watchers.ask<Arrivals>("arrivals", crowd), { cpu, sampled });
};

const start = async ({ cleanup, say, profile }: BenchOptions, { senders }: Rig) => {
  say("starting the servers");
  const [ours, bare] = await Promise.all([startOurs(cleanup, { profile }), startBare(cleanup, {})]);
  const people = await populate(ours, MEMBERS);
  say("warming up");
  await senders.ask("closed", bareTarget(bare.port).post, 4, WARM_UP_SECONDS);
  await senders.ask("closed", ourTarget(ours.url, people).post, 4, WARM_UP_SECONDS);
  const { event } = await people.client.post(people.channelId, "the sockets come in after this");
  return {
    bare: { ...bareTarget(bare.port), pid: bare.pid },
    ours: { ...ourTarget(ours.url, people, event.cursor), pid: ours.pid! },
  };
};

/** Sending at a constant rate into a room of 1,000 sockets: how long until it is stored, and until it arrives. */
export const sendBench = async (options: BenchOptions): Promise<ReadonlyArray<Row>> => {
  const { cleanup, say, rounds, roundSeconds, roomSockets } = options;
  const senders = Program.start("senders", cleanup);
  const watchers = Program.start("watchers", cleanup);
  // A whole number of samples.
  const rig = { senders, watchers, sockets: Math.ceil(roomSockets / SAMPLE_EVERY) * SAMPLE_EVERY };
  const servers = await start(options, rig);
  say(`opening ${rig.sockets} sockets at each`);
  const crowdAt = ({ sockets }: ServerTarget) =>
    watchers.ask<number>("open", { ...sockets, count: rig.sockets, sampleEvery: SAMPLE_EVERY });
  const crowds = { bare: await crowdAt(servers.bare), ours: await crowdAt(servers.ours) };
  const found: Record<"bare" | "ours", Array<Round>> = { bare: [], ours: [] };
  const gate = new QuietGate();
  for (let round = 0; round < rounds; round++) {
    for (const which of ["bare", "ours"] as const) {
      const others = await gate.pass();
      const result = await runRound(rig, servers[which], crowds[which], roundSeconds);
      found[which].push(result);
      say(`round ${round + 1}, ${which}: ${describe(result)} (others before: ${percent(others)})`);
    }
  }
  return rowsOf(found);
};

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const describe = (round: Round): string =>
  Object.entries(round)
    .map(([name, ms]) => `${name} ${(ms as number).toFixed(2)} ms`)
    .join(", ");

const atMost = (ratio: number): Target => ({ bounds: "ratio", atMost: ratio });

const rowsOf = ({ bare, ours }: Record<"bare" | "ours", ReadonlyArray<Round>>): ReadonlyArray<Row> => {
  const row = (name: string, key: keyof Round, target?: Target): Row => {
    const rounds = { ours: ours.map((round) => round[key]), bare: bare.map((round) => round[key]) };
    return ratioRow({
      bench: "send",
      name,
      unit: "ms",
      figure: median(rounds.ours),
      baseline: median(rounds.bare),
      rounds,
      ...(target && { target }),
    });
  };
  return [
    row("send p50", "sendP50", atMost(2)),
    row("send p99", "sendP99"),
    row("delivery p50", "deliveryP50", atMost(1.5)),
    row("delivery p99", "deliveryP99", atMost(2)),
    row("CPU a message", "cpu"),
  ];
};
