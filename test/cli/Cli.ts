import { type ChildProcess, spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";

const BIN = resolve(import.meta.dirname, "../../packages/server/bin/clickclack");

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** What is piped in; nothing otherwise. */
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Variables of whoever runs the tests must not choose another deployment. */
const OURS = /^(CLICKCLACK_|XDG_CONFIG_HOME$|NATS_URL$|DATABASE_URL$|NATS_MONITOR_URL$)/;

const environment = (env: Readonly<Record<string, string>>) => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.test(name))),
  XDG_CONFIG_HOME: NOWHERE,
  ...env,
});

/** The command line as a user types it, with some arguments behind each command. */
export class Cli {
  readonly #more: ReadonlyArray<string>;

  constructor(...more: ReadonlyArray<string>) {
    this.#more = more;
  }

  /** The command line for a server's data folder. */
  static on(dataDir: string): Cli {
    return new Cli("--data", dataDir);
  }

  /** Runs a command to its end. */
  async run(args: ReadonlyArray<string>, { stdin = "", env = {} }: RunOptions = {}): Promise<Ran> {
    const child = spawn(BIN, [...args, ...this.#more], {
      stdio: ["pipe", "pipe", "pipe"],
      env: environment(env),
    });
    // A command that does not read its input may be gone before this was written.
    child.stdin.on("error", () => undefined);
    child.stdin.end(stdin);
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise<number | null>((done) => child.once("close", done));
    return { code, stdout, stderr };
  }

  /** Runs a command that must succeed; returns what it printed, without the last line's end. */
  async ok(args: ReadonlyArray<string>, options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, options);
    if (code !== 0) throw new Error(`clickclack ${args.join(" ")} ended with ${code}: ${stderr}${stdout}`);
    return stdout.trimEnd();
  }

  /** The same with `--json`. */
  // oxlint-disable-next-line typescript/no-explicit-any
  async json(args: ReadonlyArray<string>, options: RunOptions = {}): Promise<any> {
    return JSON.parse(await this.ok([...args, "--json"], options));
  }

  /** Starts a command that does not end by itself; it is killed with the test. */
  start(args: ReadonlyArray<string>): { readonly child: ChildProcess; readonly output: () => string } {
    const child = spawn(BIN, [...args, ...this.#more], {
      stdio: ["ignore", "pipe", "inherit"],
      env: environment({}),
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    return { child, output: () => output };
  }
}

/** A folder that no server runs on. */
export const NOWHERE = join("/tmp", `clickclack-nowhere-${process.pid}`);
