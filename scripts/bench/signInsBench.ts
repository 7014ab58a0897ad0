import { loadavg } from "node:os";
import { ApiClient } from "../../test/support/ApiClient.ts";
import type { BenchOptions } from "./BenchOptions.ts";
import type { PostTarget } from "./HttpConnection.ts";
import { populate } from "./population.ts";
import { Program } from "./Program.ts";
import { median, quantile } from "./quantile.ts";
import { QuietGate } from "./QuietGate.ts";
import { type Row, ratioRow } from "./Row.ts";
import type { Sent } from "./senders.ts";
import type { SignedIn } from "./signers.ts";
import { startOurs } from "./startOurs.ts";
import { ourTarget } from "./target.ts";

/** Who sign in at the same time, each again as soon as it is in. */
const PEOPLE = 100;
/** Messages meanwhile: few enough for the server to be far from its bounds. */
const PER_SECOND = 50;
const WARM_UP_SECONDS = 3;
/** The storm is under way when the messages that count begin, and outlasts them. */
const STORM_BEFORE_SECONDS = 1;
const STORM_AFTER_SECONDS = 1;
const PASSWORD = "correct horse battery";

interface Latency {
  readonly p50: number;
  readonly p99: number;
}

const latencyOf = (sent: ReadonlyArray<Sent>): Latency => {
  const times = sent.map(({ due, answered }) => answered - due);
  return { p50: median(times), p99: quantile(times, 0.99) };
};

/** Gives people passwords; returns how each of them signs in. */
const enrol = async (url: string): Promise<ReadonlyArray<PostTarget>> => {
  const visitor = new ApiClient(url);
  const { hostname: host, port } = new URL(url);
  const targets: Array<PostTarget> = [];
  for (let i = 0; i < PEOPLE; i++) {
    const { client, user } = await visitor.signUp(`signer-${i}`);
    await client.ok("POST", "/api/auth/password/change", { body: { new_password: PASSWORD } });
    const body = JSON.stringify({ identifier: user.handle, password: PASSWORD });
    targets.push({ host, port: Number(port), path: "/api/auth/password/login", headers: "", body });
  }
  return targets;
};

/** Posting at an even rate, while nobody signs in and while a hundred do: what they cost those who talk. */
export const signInsBench = async (options: BenchOptions): Promise<ReadonlyArray<Row>> => {
  const { cleanup, say, rounds, roundSeconds } = options;
  const senders = Program.start("senders", cleanup);
  const signers = Program.start("signers", cleanup);
  const server = await startOurs(cleanup, { profile: options.profile });
  const { post } = ourTarget(server.url, await populate(server, 3));
  say(`${PEOPLE} people get passwords`);
  const people = await enrol(server.url);
  const send = async (seconds: number) =>
    latencyOf(await senders.ask<ReadonlyArray<Sent>>("constant", post, PER_SECOND, seconds));
  const storm = (seconds: number) => signers.ask<SignedIn>("signIn", people, seconds);
  await Promise.all([send(WARM_UP_SECONDS), storm(WARM_UP_SECONDS)]);
  const found: { idle: Array<Latency>; busy: Array<Latency>; rate: Array<number>; waits: Array<number> } = {
    idle: [],
    busy: [],
    rate: [],
    waits: [],
  };
  const gate = new QuietGate();
  for (let round = 0; round < rounds; round++) {
    const others = await gate.pass();
    await send(1);
    const idle = await send(roundSeconds);
    const stormSeconds = STORM_BEFORE_SECONDS + roundSeconds + STORM_AFTER_SECONDS;
    const storming = storm(stormSeconds);
    await send(STORM_BEFORE_SECONDS);
    const busy = await send(roundSeconds);
    const { times, refused } = await storming;
    if (times.length === 0) throw new Error("nobody was let in");
    found.idle.push(idle);
    found.busy.push(busy);
    found.rate.push(times.length / stormSeconds);
    found.waits.push(quantile(times, 0.99));
    const told = `${times.length} let in, ${refused} told to come again`;
    const load = loadavg()[0]!.toFixed(1);
    say(
      `round ${round + 1}: p99 ${idle.p99.toFixed(1)} ms idle, ${busy.p99.toFixed(1)} ms with ${told} (others before: ${Math.round(others * 100)} %, load ${load})`,
    );
  }
  return rowsOf(found);
};

const rowsOf = ({
  idle,
  busy,
  rate,
  waits,
}: {
  readonly idle: ReadonlyArray<Latency>;
  readonly busy: ReadonlyArray<Latency>;
  readonly rate: ReadonlyArray<number>;
  readonly waits: ReadonlyArray<number>;
}): ReadonlyArray<Row> => {
  const row = (key: keyof Latency, target?: Row["target"]): Row => {
    const rounds = { busy: busy.map((one) => one[key]), idle: idle.map((one) => one[key]) };
    const [figure, baseline] = [median(rounds.busy), median(rounds.idle)];
    const name = `post ${key}, ${PEOPLE} sign in / idle`;
    return ratioRow({
      bench: "signins",
      name,
      unit: "ms",
      figure,
      baseline,
      rounds,
      ...(target && { target }),
    });
  };
  const alone = { bench: "signins", baseline: undefined, ratio: undefined };
  return [
    row("p99", { bounds: "ratio", atMost: 2 }),
    row("p50"),
    { ...alone, name: "sign-ins a second", unit: "", figure: median(rate), rounds: { ours: rate } },
    { ...alone, name: "sign-in p99", unit: "ms", figure: median(waits), rounds: { ours: waits } },
  ];
};
