import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { until } from "./until.ts";

const ROOT = resolve(import.meta.dirname, "../..");
/** A first start makes a database; a busy machine takes its time. */
const READY_WITHIN_MS = 60_000;

export interface ClickClackOptions {
  /** Existing data folder; a fresh one, removed by `stop`, when absent. */
  readonly dataDir?: string;
  /** NATS and Postgres to use; embedded ones when absent. */
  readonly nats?: string;
  readonly db?: string;
  readonly role?: string;
  readonly args?: ReadonlyArray<string>;
  readonly env?: Readonly<Record<string, string>>;
  /** What a start waits for: that reads are answered too, unless told otherwise. */
  readonly until?: "ready" | "alive";
}

export interface RunFile {
  readonly pid: number;
  readonly addr: string;
  readonly nats: string;
  readonly db: string;
  /** Where IRC clients connect, with TLS and without. */
  readonly irc?: string;
  readonly irc_tls?: string;
}

/** A whole server as a user runs it, in a process group of its own. */
export class ClickClack {
  readonly dataDir: string;
  readonly #options: ClickClackOptions;
  readonly #ownsData: boolean;
  #child: ChildProcess | undefined;
  #output = "";
  #address = "";

  private constructor(dataDir: string, options: ClickClackOptions) {
    this.dataDir = dataDir;
    this.#options = options;
    this.#ownsData = options.dataDir === undefined;
  }

  /** Starts a server on a free port and waits until it is ready. */
  static async start(options: ClickClackOptions = {}): Promise<ClickClack> {
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "clickclack-test-")));
    const server = new ClickClack(dataDir, options);
    await server.start();
    return server;
  }

  /** `http://127.0.0.1:PORT`; the port stays the same when the server is started again. */
  get url(): string {
    return `http://${this.#address}`;
  }

  get webSocketUrl(): string {
    return `ws://${this.#address}`;
  }

  /** Everything that it printed, on both streams. */
  get output(): string {
    return this.#output;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it again after `kill` or `halt`, on the same data and port. */
  async start(): Promise<void> {
    const { nats, db, role, args = [], env = {} } = this.#options;
    const child = spawn(
      join(ROOT, "packages/server/bin/clickclack"),
      [
        "serve",
        "--addr",
        this.#address || "127.0.0.1:0",
        "--data",
        this.dataDir,
        ...(nats === undefined ? [] : ["--nats", nats]),
        ...(db === undefined ? [] : ["--db", db]),
        ...(role === undefined ? [] : ["--role", role]),
        ...args,
      ],
      {
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...process.env,
          NODE_ENV: "test",
          ...env,
        },
      },
    );
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => (this.#output += chunk));
    const ended = exited(child).then(() => {
      throw new Error(`the server ended with ${child.exitCode}:\n${this.#output}`);
    });
    const ready = until(() => this.#isReady(child), {
      what: "the server to be ready",
      deadlineMs: READY_WITHIN_MS,
    });
    await Promise.race([ready, ended]);
    ended.catch(() => undefined);
  }

  /** What it tells about itself while it runs. */
  async runFile(): Promise<RunFile> {
    return JSON.parse(await readFile(join(this.dataDir, "run.json"), "utf8")) as RunFile;
  }

  /** SIGKILL to the whole process group, as `kill -9 -PGID` does; embedded servers are in groups of their own. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child?.pid) return;
    const gone = exited(child);
    process.kill(-child.pid, "SIGKILL");
    await gone;
    this.#child = undefined;
  }

  /** Orderly stop by SIGTERM; resolves with the exit code. The data stays. */
  async halt(): Promise<number | null> {
    const child = this.#child;
    if (!child?.pid) return null;
    const gone = exited(child);
    child.kill("SIGTERM");
    await gone;
    this.#child = undefined;
    return child.exitCode;
  }

  /** Orderly stop, and the end of a data folder that was made for it. */
  async stop(): Promise<void> {
    await this.halt();
    if (this.#ownsData) await rm(this.dataDir, { recursive: true, force: true });
  }

  async #isReady(child: ChildProcess): Promise<boolean> {
    const run = await this.runFile().catch(() => undefined);
    if (!run || run.pid !== child.pid) return false;
    if (run.addr === "") return true;
    this.#address = run.addr;
    const path = this.#options.until === "alive" ? "/healthz" : "/readyz";
    return fetch(`${this.url}${path}`).then(
      (answer) => answer.status === 200,
      () => false,
    );
  }
}

const exited = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((done) => child.once("exit", () => done()));
