import { type ChildProcess, spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import { until } from "../until.ts";

const BIN = resolve(import.meta.dirname, "../../../packages/server/bin/clickclack");
const WITHIN_MS = 20_000;
const OURS = /^(CLICKCLACK_|XDG_CONFIG_HOME$|NO_COLOR$|FORCE_COLOR$)/;

/** `clickclack chat` through pipes. */
export class PipedChat {
  readonly child: ChildProcess;
  #out = "";
  #err = "";
  readonly #closed: Promise<number | null>;

  /** Killed with the test at the latest. */
  constructor(args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) {
    const others = Object.entries(process.env).filter(([name]) => !OURS.test(name));
    this.child = spawn(BIN, ["chat", ...args], {
      stdio: ["pipe", "pipe", "pipe"],
      env: {
        ...Object.fromEntries(others),
        XDG_CONFIG_HOME: join("/tmp", `clickclack-nowhere-${process.pid}`),
        TZ: "UTC",
        ...env,
      },
    });
    this.child.stdin!.on("error", () => undefined);
    this.child.stdout!.on("data", (chunk: Buffer) => (this.#out += chunk.toString()));
    this.child.stderr!.on("data", (chunk: Buffer) => (this.#err += chunk.toString()));
    this.#closed = new Promise((done) => this.child.once("close", (code) => done(code)));
    onTestFinished(() => void this.child.kill("SIGKILL"));
  }

  /** What it wrote to stdout so far. */
  get out(): string {
    return this.#out;
  }

  get err(): string {
    return this.#err;
  }

  write(text: string): void {
    this.child.stdin!.write(text);
  }

  /** Pipes in what is left and ends the input; resolves with the exit code. */
  ended(last = ""): Promise<number | null> {
    this.child.stdin!.end(last);
    return this.#closed;
  }

  /** The same without an end of the input. */
  left(): Promise<number | null> {
    return this.#closed;
  }

  /** Waits until something stands in what it wrote to either stream. */
  async until(text: string): Promise<void> {
    await until(() => (this.#out + this.#err).includes(text), {
      what: `${text} in\n${this.#out}\n${this.#err}`,
      deadlineMs: WITHIN_MS,
    });
  }
}
