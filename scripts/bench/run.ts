// README.md beside this file says what the benches measure
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { appendBench } from "./appendBench.ts";
import type { BenchOptions } from "./BenchOptions.ts";
import { Cleanup } from "./Cleanup.ts";
import { ircBench } from "./ircBench.ts";
import { memoryBench } from "./memoryBench.ts";
import { readsBench } from "./readsBench.ts";
import { asJson, asTable, type Row } from "./Row.ts";
import { sendBench } from "./sendBench.ts";
import { signInsBench } from "./signInsBench.ts";

const benches = {
  send: sendBench,
  append: appendBench,
  memory: memoryBench,
  reads: readsBench,
  signins: signInsBench,
  irc: ircBench,
};
type Name = keyof typeof benches;

const USAGE =
  "scripts/bench/run [send append memory reads signins irc] [--json FILE] [--short] [--sockets N] [--messages N] [--profile FOLDER]";

/** Enough for `reads` to work, too few for its figures to mean anything. */
const SHORT_MESSAGES = 20_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: "boolean", default: false },
    json: { type: "string" },
    messages: { type: "string", default: "1000000" },
    profile: { type: "string" },
    short: { type: "boolean", default: false },
    sockets: { type: "string", default: "1000" },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const unknown = positionals.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  const names = Object.keys(benches).join(", ");
  console.error(`scripts/bench/run: there is no bench ${unknown.join(", ")}. There are: ${names}`);
  process.exit(2);
}
const asked = (positionals.length > 0 ? positionals : Object.keys(benches)) as ReadonlyArray<Name>;

const say = (line: string) => process.stderr.write(`${line}\n`);
const cleanup = new Cleanup();
let stopped = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.once(signal, () => {
    stopped = true;
    void cleanup.run().finally(() => process.exit(130));
  });

const machine = {
  node: process.version,
  cpus: cpus().length,
  model: cpus()[0]?.model ?? "unknown",
  load: Number(loadavg()[0]?.toFixed(2)),
};
say(`${machine.cpus} CPUs (${machine.model}), Node ${machine.node}, load ${machine.load} before`);

const rows: Array<Row> = [];
let broken = false;
for (const name of asked) {
  if (stopped) break;
  const options: BenchOptions = {
    cleanup: cleanup.inner(),
    say: (line) => say(`${name}: ${line}`),
    rounds: values.short ? 1 : 5,
    roundSeconds: values.short ? 2 : 5,
    messages: values.short ? SHORT_MESSAGES : Number(values.messages),
    roomSockets: Number(values.sockets),
    profile: values.profile,
  };
  const started = performance.now();
  try {
    rows.push(...(await benches[name](options)));
  } catch (error) {
    broken = true;
    // What is stopped in its midst breaks; that is no news.
    if (!stopped) console.error(`${name} broke: ${error instanceof Error ? error.stack : String(error)}`);
  } finally {
    await options.cleanup.run();
  }
  say(`${name}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
}

if (!stopped) {
  console.log(asTable(rows));
  if (values.json !== undefined) writeFileSync(values.json, asJson({ machine, rows }));
  process.exit(broken ? 1 : 0);
}
