import { parseOptions } from "@node-rs/argon2";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { ARGON2 } from "./argon2Parameters.ts";
import type { PasswordHasher } from "./PasswordHasher.ts";

/** What a thread is asked for: a hash, or whether one is of a password. */
export interface Argon2Job {
  readonly hash?: string;
  readonly password: string;
}

/** When a thread works: if nobody else wants the processor, or at the side of others. */
export type Argon2Runs = "idle" | "always";

export type Argon2Answer = { readonly value: string | boolean } | { readonly failed: true };

interface Waiting extends Argon2Job {
  readonly since: number;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** Each thread takes 19 MiB while it hashes, and one processor is left to everything else. */
const THREADS = Math.max(1, availableParallelism() - 1);
/** A thread hashes some 30 passwords a second: who came last waits some 8 s, and longer nobody waits for a page. */
const MAX_WAITING = 256;
/**
 * Threads run when nobody else wants the processor. Where that is never, somebody who waited this long for one is served
 * by a thread that takes its share: to sign in must not be for quiet machines alone.
 */
const STARVED_AFTER_MS = 1_000;
/** On a busy machine it goes slower: who has waited this long is told to come again, as it may be gone already. */
const MAX_WAIT_MS = 10_000;
const RETRY_AFTER_SECONDS = 5;

const DECOY_SALT = "Y2xpY2tjbGFja2NsaWNrYw";
const DECOY_DIGEST = "bm9ib2R5IGtub3dzIGEgcGFzc3dvcmQgb2YgdGhpcyE";

const busy = (): ApiFailure =>
  new ApiFailure("too_many_requests", "too many people sign in right now; try again in some seconds", {
    headers: { "Retry-After": String(RETRY_AFTER_SECONDS) },
  });

export interface Argon2HasherOptions {
  readonly threads?: number;
  readonly now?: () => number;
  readonly newThread?: () => Worker;
}

const startThread = (runs: Argon2Runs): Worker => {
  const flags = ["--disable-warning=ExperimentalWarning"];
  const file = new URL("./argon2Worker.ts", import.meta.url);
  const thread = new Worker(file, { execArgv: flags, workerData: runs });
  // Whoever waits for an answer has a connection open, which keeps the process alive.
  thread.unref();
  return thread;
};

/**
 * Argon2id in threads of low priority: a storm of sign-ins takes what processor time is left, and the event loop
 * goes on. Threads are started when the first password comes, and by nobody else.
 */
export class Argon2Hasher implements PasswordHasher {
  readonly #size: number;
  readonly #idle: Array<Worker> = [];
  readonly #working = new Map<Worker, Waiting>();
  readonly #queue: Array<Waiting> = [];
  readonly #now: () => number;
  readonly #newThread: () => Worker;
  /** Does what starved threads do not get done; there is one at the most. */
  #spare: Worker | undefined;
  #spareWorksOn: Waiting | undefined;
  /** Whose thread does not get to them, and of those the ones that the spare thread has not begun. */
  readonly #starved = new Set<Waiting>();
  readonly #late: Array<Waiting> = [];
  #stopped = false;

  constructor(options: Argon2HasherOptions = {}) {
    this.#size = options.threads ?? THREADS;
    this.#now = options.now ?? (() => performance.now());
    this.#newThread = options.newThread ?? (() => startThread("idle"));
  }

  get decoy(): string {
    const { memoryCost, timeCost, parallelism } = ARGON2;
    return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${DECOY_SALT}$${DECOY_DIGEST}`;
  }

  hash(password: string): Promise<string> {
    return this.#ask({ password });
  }

  verify(hash: string, password: string): Promise<boolean> {
    return this.#ask({ password, hash });
  }

  isOutdated(hash: string): boolean {
    const { memoryCost, timeCost, parallelism } = parseOptions(hash);
    return (
      memoryCost !== ARGON2.memoryCost || timeCost !== ARGON2.timeCost || parallelism !== ARGON2.parallelism
    );
  }

  /** Ends the threads; whoever still waits is told to come again. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const spare = this.#spare ? [this.#spare] : [];
    const threads = [...this.#idle.splice(0), ...this.#working.keys(), ...spare];
    for (const waiting of [...this.#queue.splice(0), ...this.#working.values()]) waiting.reject(busy());
    this.#working.clear();
    await Promise.all(threads.map((thread) => thread.terminate()));
  }

  /** How many threads there are. */
  get threads(): number {
    return this.#idle.length + this.#working.size;
  }

  #ask<Value>({ password, hash }: Argon2Job): Promise<Value> {
    if (this.#stopped || this.#queue.length >= MAX_WAITING) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      // One text has several spellings in Unicode, and keyboards differ in which of them they type.
      const job = { password: password.normalize("NFKC"), ...(hash !== undefined && { hash }) };
      this.#queue.push({ ...job, since: this.#now(), resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    while (this.#queue.length > 0) {
      const thread = this.#free();
      if (!thread) return this.#nextOfSpare();
      const waiting = this.#nextInQueue();
      if (!waiting) return void this.#idle.push(thread);
      this.#working.set(thread, waiting);
      setTimeout(() => this.#relieve(waiting), STARVED_AFTER_MS).unref();
      give(thread, waiting);
    }
  }

  /** The next that waits; who has waited too long is told to come again. */
  #nextInQueue(): Waiting | undefined {
    for (;;) {
      const waiting = this.#queue.shift();
      if (!waiting || this.#now() - waiting.since <= MAX_WAIT_MS) return waiting;
      waiting.reject(busy());
    }
  }

  /** Somebody's thread does not get to it: the spare one does, and so it does those who wait behind. */
  #relieve(waiting: Waiting): void {
    if (this.#stopped || ![...this.#working.values()].includes(waiting)) return;
    this.#starved.add(waiting);
    this.#late.push(waiting);
    this.#nextOfSpare();
  }

  #nextOfSpare(): void {
    if (this.#spareWorksOn || this.#starved.size === 0) return;
    const waiting = this.#late.shift() ?? this.#nextInQueue();
    if (!waiting) return;
    this.#spare ??= this.#startSpare();
    this.#spareWorksOn = waiting;
    give(this.#spare, waiting);
  }

  #startSpare(): Worker {
    const spare = startThread("always");
    spare.on("message", (answer: Argon2Answer) => {
      const done = this.#spareWorksOn;
      this.#spareWorksOn = undefined;
      if (this.#stopped) return;
      if (done) settle(done, answer);
      this.#nextOfSpare();
    });
    spare.on("error", (cause) => {
      this.#spareWorksOn?.reject(new Error("a thread that hashes passwords broke", { cause }));
      this.#spareWorksOn = undefined;
      this.#spare = undefined;
    });
    return spare;
  }

  #free(): Worker | undefined {
    return this.#idle.pop() ?? (this.threads < this.#size ? this.#start() : undefined);
  }

  #start(): Worker {
    const thread = this.#newThread();
    thread.on("message", (answer: Argon2Answer) => {
      const asked = this.#release(thread);
      if (this.#stopped) return;
      this.#idle.push(thread);
      if (asked) settle(asked, answer);
      this.#next();
    });
    thread.on("error", (error) => this.#lose(thread, error));
    return thread;
  }

  #release(thread: Worker): Waiting | undefined {
    const asked = this.#working.get(thread);
    this.#working.delete(thread);
    if (!asked) return undefined;
    this.#starved.delete(asked);
    if (this.#late.includes(asked)) this.#late.splice(this.#late.indexOf(asked), 1);
    return asked;
  }

  /** A thread that broke takes its job with it; the next job gets a new one. */
  #lose(thread: Worker, cause: Error): void {
    const asked = this.#release(thread);
    asked?.reject(new Error("a thread that hashes passwords broke", { cause }));
    if (this.#idle.includes(thread)) this.#idle.splice(this.#idle.indexOf(thread), 1);
    if (!this.#stopped) this.#next();
  }
}

const give = (thread: Worker, { password, hash }: Argon2Job): void =>
  thread.postMessage({ password, ...(hash !== undefined && { hash }) } satisfies Argon2Job);

const settle = ({ resolve, reject }: Waiting, answer: Argon2Answer): void => {
  if ("failed" in answer) reject(new Error("this is no hash of a password"));
  else resolve(answer.value as never);
};
