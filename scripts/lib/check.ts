// Runs the checks one after another, tells of all that failed, and ends with `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { nxEnvironment } from "./nxEnvironment.ts";
import { root } from "./root.ts";
import { line } from "./summary.ts";

type Command = readonly [program: string, ...rest: ReadonlyArray<string>];

const script = (name: string): Command => [
  process.execPath,
  "--disable-warning=ExperimentalWarning",
  `scripts/lib/${name}.ts`,
];

// Rules that need types (floating promises among them) run where oxlint's companion for them is installed.
const typeAware = existsSync(join(root, "node_modules/oxlint-tsgolint")) ? ["--type-aware"] : [];

const checks: Readonly<Record<string, Command>> = {
  types: ["nx", "run-many", "--target=typecheck", "--parallel=2", "--outputStyle=static"],
  lint: ["oxlint", "--deny-warnings", ...typeAware, "packages", "scripts", "test"],
  format: ["oxfmt", "--check", "."],
  sizes: script("checkSizes"),
  imports: script("checkImports"),
  deciders: script("checkDeciders"),
  access: script("checkAccess"),
  ...(existsSync(join(root, "scripts/generate")) ? { generated: ["scripts/generate", "--check"] } : {}),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(checks, name));
if (unknown.length > 0) {
  console.error(
    `scripts/check: there is no check ${unknown.join(", ")}. There are: ${Object.keys(checks).join(", ")}`,
  );
  process.exit(2);
}

const run = ([program, ...rest]: Command): boolean => {
  const { status, error } = spawnSync(program, rest, {
    cwd: root,
    env: nxEnvironment(),
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (error !== undefined) console.error(error.message);
  return status === 0;
};

const results = Object.entries(checks)
  .filter(([name]) => asked.length === 0 || asked.includes(name))
  .map(([name, command]) => {
    console.log(`\n── ${name}`);
    const started = performance.now();
    const passed = run(command);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    return { name, passed, text: `${passed ? "passed" : "FAILED"}  ${name} (${seconds} s)` };
  });

const failed = results.filter(({ passed }) => !passed);
console.log(`\n${results.map(({ text }) => text).join("\n")}`);
if (failed.length > 0)
  console.log(`\nTo see one again: scripts/check ${failed.map(({ name }) => name).join(" ")}`);
console.log(line({ passed: results.length - failed.length, failed: failed.length, skipped: 0 }));
process.exitCode = failed.length > 0 ? 1 : 0;
