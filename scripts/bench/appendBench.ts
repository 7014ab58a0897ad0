import type { Appends } from "./Appends.ts";
import type { BenchOptions } from "./BenchOptions.ts";
import { nodeFlags } from "./nodeFlags.ts";
import { populate } from "./population.ts";
import { Program } from "./Program.ts";
import { median } from "./quantile.ts";
import { QuietGate } from "./QuietGate.ts";
import { type Row, ratioRow } from "./Row.ts";
import { startBare } from "./startBare.ts";
import { startNats } from "./startNats.ts";
import { startOurs } from "./startOurs.ts";
import { bareTarget, ourTarget } from "./target.ts";

const SENDERS = 64;
const MEMBERS = 4;
const WARM_UP_SECONDS = 1;
/** Shorter than the rounds of latency: a rate settles quickly. */
const SHARE_OF_ROUND = 0.4;

type Pair = Record<"ours" | "bare", Array<number>>;
type Measure = (seconds: number) => Promise<{ readonly perSecond: number; readonly note: string }>;

const interleave = async (
  { say, rounds, roundSeconds }: BenchOptions,
  what: string,
  measures: Record<"bare" | "ours", Measure>,
): Promise<Pair> => {
  const found: Pair = { ours: [], bare: [] };
  const gate = new QuietGate();
  for (const measure of Object.values(measures)) await measure(WARM_UP_SECONDS);
  for (let round = 0; round < rounds; round++) {
    for (const which of ["bare", "ours"] as const) {
      await gate.pass();
      const { perSecond, note } = await measures[which](roundSeconds * SHARE_OF_ROUND);
      found[which].push(perSecond);
      say(`${what}, round ${round + 1}, ${which}: ${Math.round(perSecond)}/s${note}`);
    }
  }
  return found;
};

const rowOf = (name: string, rounds: Pair) => ({
  bench: "append",
  name,
  unit: "events/s",
  figure: median(rounds.ours),
  baseline: median(rounds.bare),
  rounds,
});

const inProcess = async (options: BenchOptions): Promise<Row> => {
  const { cleanup, profile } = options;
  const args = [await startNats(cleanup)];
  const loop = (program: Program): Measure => {
    return async (seconds) => {
      const { events, commits, ms } = await program.ask<Appends>("run", seconds);
      return { perSecond: (events / ms) * 1000, note: `, ${(events / commits).toFixed(1)} events a commit` };
    };
  };
  const ours = Program.start("actorAppend", cleanup, { args, flags: nodeFlags({ profile }) });
  const bare = Program.start("bareAppend", cleanup, { args });
  const rounds = await interleave(options, "actor", { bare: loop(bare), ours: loop(ours) });
  const target = { bounds: "ratio", atLeast: 0.4 } as const;
  return ratioRow({ ...rowOf(`${SENDERS} senders, one workspace`, rounds), target });
};

const throughHttp = async (options: BenchOptions): Promise<Row> => {
  const { cleanup } = options;
  const [ours, bare] = await Promise.all([startOurs(cleanup, {}), startBare(cleanup, {})]);
  const people = await populate(ours, MEMBERS);
  const senders = Program.start("senders", cleanup);
  const posts = { bare: bareTarget(bare.port).post, ours: ourTarget(ours.url, people).post };
  const loop =
    (which: "bare" | "ours"): Measure =>
    async (seconds) => {
      const { messages, ms } = await senders.ask<{ readonly messages: number; readonly ms: number }>(
        "closed",
        posts[which],
        SENDERS,
        seconds,
      );
      return { perSecond: (messages / ms) * 1000, note: "" };
    };
  const rounds = await interleave(options, "HTTP", { bare: loop("bare"), ours: loop("ours") });
  return ratioRow(rowOf("the same through HTTP", rounds));
};

/** How many events a second one workspace takes from 64 senders at once. */
export const appendBench = async (options: BenchOptions): Promise<ReadonlyArray<Row>> => {
  const actors = { ...options, cleanup: options.cleanup.inner() };
  const row = await inProcess(actors);
  await actors.cleanup.run();
  return [row, await throughHttp(options)];
};
