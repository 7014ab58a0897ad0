// Runs every part whatever the earlier ones say, and ends with the sum of their last lines. .ci/run calls it.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.ts";
import { add, isGood, line, none, parseLine, type Counts } from "./summary.ts";

interface Part {
  readonly command: string;
  readonly limitMinutes: number;
  /** The part is left out while this path does not exist. */
  readonly needs: string;
}

const parts: ReadonlyArray<Part> = [
  { command: "scripts/check", limitMinutes: 15, needs: "scripts/check" },
  { command: "scripts/test", limitMinutes: 45, needs: "test/vitest.config.ts" },
  { command: "scripts/test-browser", limitMinutes: 15, needs: "test/browser" },
  { command: "test/containers/run", limitMinutes: 45, needs: "test/containers/run" },
  { command: "scripts/test-chaos", limitMinutes: 30, needs: "test/chaos" },
];

// Something that a part left running may hold its output open; the part has ended all the same.
const drainMilliseconds = 2_000;
const graceMilliseconds = 30_000;

interface Outcome {
  readonly status: number | null;
  readonly lastLine: string;
}

/** Runs a part, passing its output on as it comes, and keeps the last line that is not blank. */
const runPart = ({ command, limitMinutes }: Part): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = spawn(join(root, command), { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    let tail = "";
    child.stdout.on("data", (chunk: Buffer) => {
      process.stdout.write(chunk);
      tail = (tail + chunk.toString()).slice(-4096);
    });
    const limit = setTimeout(() => {
      console.log(`${command}: stopped after the limit of ${limitMinutes} min`);
      child.kill("SIGTERM");
      setTimeout(() => child.kill("SIGKILL"), graceMilliseconds).unref();
    }, limitMinutes * 60_000);
    const done = (status: number | null) => {
      clearTimeout(limit);
      child.stdout.destroy();
      resolve({ status, lastLine: tail.trimEnd().split("\n").at(-1) ?? "" });
    };
    child.on("error", (error) => {
      console.log(`${command}: ${error.message}`);
      done(1);
    });
    child.on("exit", (status) => setTimeout(done, drainMilliseconds, status).unref());
    child.on("close", done);
  });

/** What a part counts: its last line, and one failure more where that hides one. */
const countsOf = (command: string, { status, lastLine }: Outcome): Counts => {
  const counts = parseLine(lastLine);
  const ended = status === null ? "was ended by a signal" : `ended with status ${status}`;
  if (counts === undefined) {
    console.log(`${command} ${ended} and without a line that sums it up; counted as one failure`);
    return { ...none, failed: 1 };
  }
  if (status === 0 || counts.failed > 0) return counts;
  console.log(`${command} ${ended}, though it counted no failure; counted as one`);
  return { ...counts, failed: 1 };
};

let total = none;
const told: Array<string> = [];
for (const part of parts) {
  if (!existsSync(join(root, part.needs))) {
    told.push(`${part.command}: left out, there is no ${part.needs}`);
    continue;
  }
  console.log(`\n━━ ${part.command}`);
  // Parts share ports, databases and two or three processors: one at a time.
  const counts = countsOf(part.command, await runPart(part));
  told.push(`${part.command}: ${line(counts)}`);
  total = add(total, counts);
}

console.log(`\n${told.join("\n")}`);
process.exitCode = isGood(total) ? 0 : 1;
process.stdout.write(`${line(total)}\n`, () => process.exit());
