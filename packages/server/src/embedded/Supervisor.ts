import type { ChildProcess } from "node:child_process";
import { pollUntil } from "./pollUntil.ts";
import { isRunning } from "./processIdentity.ts";
import { signalIfRunning, type StopStep, stopProcesses } from "./stopProcesses.ts";

const FIRST_BACKOFF_MS = 200;
const LAST_BACKOFF_MS = 5_000;
/** A child that lived this long was well: its next death starts at the first backoff again. */
const WELL_AFTER_MS = 30_000;

/** How a {@link Supervisor} runs its child. */
export interface SupervisorOptions {
  /** for the log, such as `NATS` */
  readonly name: string;
  /** clears what an earlier run left, before every start */
  readonly prepare: () => Promise<void>;
  readonly spawn: () => ChildProcess;
  /** asked again and again until the child answers; must not take longer than a second or so */
  readonly isReady: (pid: number) => Promise<boolean>;
  readonly readyWithinMs: number;
  readonly stopSteps: readonly StopStep[];
  /** end of the child's log, for the error when it does not start */
  readonly lastWords: () => Promise<string>;
  readonly log: (message: string) => void;
}

/** Keeps one child process running: starts it anew, with backoff, whenever it dies without having been told to. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #atEnd: (() => void)[] = [];
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #restarting: Promise<void> | undefined;
  #ending: Promise<void> | undefined;
  #backoffMs = FIRST_BACKOFF_MS;
  #startedAt = 0;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Pid of the running child; undefined between its death and the next start, and after {@link stop}. */
  pid(): number | undefined {
    const pid = this.#child?.pid;
    return pid !== undefined && isRunning(pid) ? pid : undefined;
  }

  /** Adds what is to be done when the child has gone for good. */
  onEnd(...actions: (() => void)[]): void {
    this.#atEnd.push(...actions);
  }

  /**
   * Starts the child and waits until it is ready; from then on it is supervised.
   *
   * @throws Error when it dies before or is not ready in time; nothing is left running then
   */
  async start(): Promise<void> {
    process.on("exit", this.#onExit);
    try {
      await this.#startChild();
      this.#supervise();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Stops the child for good; resolves when it has gone. */
  stop(): Promise<void> {
    this.#ending ??= this.#end(this.#options.stopSteps);
    return this.#ending;
  }

  /** Ends the child with SIGKILL and does not start it again: what a power cut would leave, for tests. */
  kill(): Promise<void> {
    this.#ending ??= this.#end([]);
    return this.#ending;
  }

  async #startChild(): Promise<void> {
    const { name, prepare, spawn, isReady, readyWithinMs, lastWords } = this.#options;
    await prepare();
    if (this.#ending) return;
    const child = spawn();
    this.#child = child;
    this.#startedAt = performance.now();
    let failure: string | undefined;
    child.once("error", (error) => (failure = error.message));
    child.once("exit", (code, signal) => (failure ??= `it ended with ${signal ?? `code ${code}`}`));
    const { pid } = child;
    const isSettled = async () => failure !== undefined || (pid !== undefined && (await isReady(pid)));
    const inTime = await pollUntil(isSettled, readyWithinMs);
    if (!inTime) failure ??= `it was not ready within ${readyWithinMs / 1000} s`;
    if (failure !== undefined) throw new Error(`${name} did not start: ${failure}\n${await lastWords()}`);
  }

  #supervise(): void {
    const child = this.#child;
    if (!child || this.#ending) return;
    if (child.exitCode !== null || child.signalCode !== null) this.#onDeath(child);
    else child.once("exit", () => this.#onDeath(child));
  }

  #onDeath(child: ChildProcess): void {
    if (this.#ending) return;
    if (performance.now() - this.#startedAt > WELL_AFTER_MS) this.#backoffMs = FIRST_BACKOFF_MS;
    const { name, log } = this.#options;
    log(`${name} ended unexpectedly (${child.signalCode ?? `code ${child.exitCode}`}); starting it again`);
    this.#restartLater();
  }

  #restartLater(): void {
    const backoffMs = this.#backoffMs;
    this.#backoffMs = Math.min(backoffMs * 2, LAST_BACKOFF_MS);
    this.#timer = setTimeout(() => (this.#restarting = this.#restart()), backoffMs);
  }

  async #restart(): Promise<void> {
    const { name, log } = this.#options;
    try {
      await this.#startChild();
      if (!this.#ending) log(`${name} runs again`);
      this.#supervise();
    } catch (error) {
      if (this.#ending) return;
      log(error instanceof Error ? error.message : String(error));
      await this.#stopChild(this.#options.stopSteps).catch(() => undefined);
      if (!this.#ending) this.#restartLater();
    }
  }

  async #stopChild(steps: readonly StopStep[]): Promise<void> {
    const pid = this.pid();
    if (pid !== undefined) await stopProcesses([pid], steps);
  }

  async #end(steps: readonly StopStep[]): Promise<void> {
    clearTimeout(this.#timer);
    try {
      await this.#stopChild(steps);
      await this.#restarting;
      // a restart that was under way may have brought up one more
      await this.#stopChild(steps);
    } finally {
      process.off("exit", this.#onExit);
      this.#atEnd.forEach((action) => action());
    }
  }

  /** Our own exit takes the child along; after a `kill -9` of ours the next start finds it. */
  readonly #onExit = (): void => {
    const pid = this.pid();
    if (pid !== undefined) signalIfRunning(pid, this.#options.stopSteps[0]?.[0] ?? "SIGTERM");
  };
}
