// runVitest.ts --projects a,b [--limit-seconds n] -- [vitest options and filters]
// Runs vitest once and ends with `N passed, N failed[, N skipped]`; exits 0 only when tests ran and none failed.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./root.ts";
import { isGood, line, summarize } from "./summary.ts";

// After SIGTERM, vitest closes its workers and runs global teardown; a database needs a few seconds to stop.
const graceSeconds = 20;

const split = process.argv.indexOf("--");
const { values } = parseArgs({
  args: process.argv.slice(2, split),
  options: { projects: { type: "string", default: "" }, "limit-seconds": { type: "string" } },
});
const extra = process.argv.slice(split + 1);
const choosesProject = extra.some(
  (argument) => argument === "--project" || argument.startsWith("--project="),
);
const projects = choosesProject ? [] : values.projects.split(",").map((name) => `--project=${name}`);

const folder = mkdtempSync(join(tmpdir(), "clickclack-test-"));
const report = join(folder, "results.json");
const vitest = spawn(
  process.execPath,
  [
    "--disable-warning=ExperimentalWarning",
    join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    "--config=test/vitest.config.ts",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...projects,
    ...extra,
  ],
  { cwd: root, stdio: "inherit" },
);

let stopped: NodeJS.Signals | undefined;
const stop = (signal: NodeJS.Signals) => {
  stopped = signal;
  // A terminal sends Ctrl-C to vitest too, and the second one would cut its teardown short.
  if (signal !== "SIGINT" || !process.stdin.isTTY) vitest.kill(signal);
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);

let overtime = false;
const limit = Number(values["limit-seconds"] ?? Number.POSITIVE_INFINITY);
if (Number.isFinite(limit)) {
  const expire = () => {
    overtime = true;
    vitest.kill("SIGTERM");
    setTimeout(() => vitest.kill("SIGKILL"), graceSeconds * 1000).unref();
  };
  setTimeout(expire, limit * 1000).unref();
}

const finish = (status: number | null) => {
  const json = existsSync(report) ? readFileSync(report, "utf8") : undefined;
  rmSync(folder, { recursive: true });
  const { counts, note } = summarize({ status, json });
  if (overtime) console.log(`scripts/test: stopped after the limit of ${limit} s`);
  if (note !== undefined) console.log(`scripts/test: ${note}`);
  console.log(line(counts));
  process.exitCode = isGood(counts) && status === 0 ? 0 : 1;
  if (stopped !== undefined) process.exitCode = 128 + constants.signals[stopped];
};

vitest.on("error", (error) => console.error(`scripts/test: ${error.message}`));
vitest.on("close", finish);
