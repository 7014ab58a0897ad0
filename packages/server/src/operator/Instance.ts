import { reachableAt } from "@clickclack/terminal/place/runningServer";
import { join, resolve } from "node:path";
import { lockHolder } from "../embedded/lockFolder.ts";
import { readRunFile, type RunFile } from "../serve/dataFolder.ts";

/** What was typed to say which deployment is meant. */
export interface InstanceInput {
  readonly data: string;
  readonly nats: string | undefined;
  readonly db: string | undefined;
}

/** The deployment that a command is about cannot be found; the message says what to give or start. */
export class NoInstance extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NoInstance";
  }
}

/** The deployment that a command talks to: of the URLs that were given, or of the server that runs on a data folder. */
export class Instance {
  readonly dataDir: string;
  readonly #input: InstanceInput;

  constructor(input: InstanceInput) {
    this.#input = input;
    this.dataDir = resolve(input.data);
  }

  /** What the server on the data folder tells of itself while it runs. */
  get running(): RunFile | undefined {
    return this.serverPid === undefined ? undefined : readRunFile(this.dataDir);
  }

  /** Pid of the server that runs on the data folder. */
  get serverPid(): number | undefined {
    return lockHolder(join(this.dataDir, "lock"));
  }

  /** Whether a URL of NATS or Postgres was given instead of a data folder. */
  get isGiven(): boolean {
    return this.#input.nats !== undefined || this.#input.db !== undefined;
  }

  /** URL of NATS. Throws NoInstance. */
  nats(): string {
    return this.#input.nats ?? this.#fromRunning("nats", "db");
  }

  /** URL of Postgres. Throws NoInstance. */
  db(): string {
    return this.#input.db ?? this.#fromRunning("db", "nats");
  }

  /** Address of the HTTP server as this machine reaches it. Throws NoInstance. */
  http(): string {
    const { addr } = this.#server("--url http://HOST:PORT");
    if (addr === "") throw new NoInstance(`the server on ${this.dataDir} has no gateway; give --url`);
    return reachableAt(addr);
  }

  /** One URL of the running server; where the other was given, only if it is of the same deployment. */
  #fromRunning(wanted: "nats" | "db", other: "nats" | "db"): string {
    const given = this.#input[other];
    const run = given === undefined ? this.#server(`--${wanted}`) : this.running;
    if (run && (given === undefined || given === run[other])) return run[wanted];
    throw new NoInstance(`--${other} names another deployment than ${this.dataDir}; give --${wanted} too`);
  }

  #server(otherwise: string): RunFile {
    const run = this.running;
    if (run) return run;
    throw new NoInstance(
      `no server runs on ${this.dataDir}; start it with  scripts/start --data ${this.dataDir}  or give ${otherwise}`,
    );
  }
}
