import { execFileSync } from "node:child_process";
import type { BenchOptions } from "./BenchOptions.ts";
import { populate } from "./population.ts";
import { Program } from "./Program.ts";
import { type Row, ratioRow } from "./Row.ts";
import { settledBytes } from "./settledBytes.ts";
import { startBare } from "./startBare.ts";
import { startOurs } from "./startOurs.ts";
import { bareTarget, ourTarget, type ServerTarget } from "./target.ts";

const SOCKETS = 5_000;
/** Opened before the first sample: what the first sockets cost once (compiled code, grown tables) is no cost of each. */
const FIRST_SOCKETS = 500;
const MEMBERS = 100;
/** Files that a process has open beside its sockets; generously. */
const OTHER_FILES = 500;
const KIB = 1024;

/** How many files a process that is started from here may open. */
const fileLimit = (): number => {
  const text = execFileSync("sh", ["-c", "ulimit -n"], { encoding: "utf8" }).trim();
  return text === "unlimited" ? Infinity : Number(text);
};

const kibPerSocket = async (
  { say }: BenchOptions,
  watchers: Program,
  pid: number,
  { sockets }: ServerTarget,
): Promise<number> => {
  const open = (count: number) => watchers.ask<number>("open", { ...sockets, count, sampleEvery: Infinity });
  const crowds = [await open(FIRST_SOCKETS)];
  const before = await settledBytes(pid);
  crowds.push(await open(SOCKETS));
  const after = await settledBytes(pid);
  // Throws when the server has closed any of them meanwhile.
  for (const crowd of crowds) await watchers.ask("arrivals", crowd);
  const mib = (bytes: number) => (bytes / KIB / KIB).toFixed(1);
  say(`pid ${pid}: ${mib(before)} MiB before, ${mib(after)} MiB with ${SOCKETS} sockets more`);
  return (after - before) / SOCKETS / KIB;
};

/** What an idle socket of a signed-in user costs the server's process. The kernel's buffers are not in it. */
export const memoryBench = async (options: BenchOptions): Promise<ReadonlyArray<Row>> => {
  const { cleanup, say } = options;
  const needed = FIRST_SOCKETS + SOCKETS + OTHER_FILES;
  if (fileLimit() < needed) throw new Error(`${needed} open files are needed: ulimit -n ${needed}`);
  const watchers = Program.start("watchers", cleanup);
  say("the bare server");
  const bare = await startBare(cleanup, { collectable: true });
  const baseline = await kibPerSocket(options, watchers, bare.pid, bareTarget(bare.port));
  say("ours");
  const ours = await startOurs(cleanup, { collectable: true });
  const people = await populate(ours, MEMBERS);
  const { event } = await people.client.post(people.channelId, "the sockets come in after this");
  const target = ourTarget(ours.url, people, event.cursor);
  const figure = await kibPerSocket(options, watchers, ours.pid!, target);
  const bound = { bounds: "figure", atMost: 4 } as const;
  return [
    ratioRow({ bench: "memory", name: "idle WebSocket", unit: "KiB", figure, baseline, target: bound }),
  ];
};
