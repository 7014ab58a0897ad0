import { createHash } from "node:crypto";
import type { PasswordHasher } from "./PasswordHasher.ts";

const digest = (password: string, round: string): string =>
  createHash("sha256").update(`${round}${password}`).digest("hex");

/** A quick hasher for tests, which counts; a `round` of its own stands for other parameters. */
export class MemoryPasswordHasher implements PasswordHasher {
  readonly #round: string;
  /** What was verified, in the order in which it was asked. */
  readonly verified: Array<{ readonly hash: string; readonly password: string }> = [];

  constructor(round = "1") {
    this.#round = round;
  }

  get decoy(): string {
    return `$memory$${this.#round}$none`;
  }

  async hash(password: string): Promise<string> {
    return `$memory$${this.#round}$${digest(password, this.#round)}`;
  }

  async verify(hash: string, password: string): Promise<boolean> {
    this.verified.push({ hash, password });
    const [, , round = "", digested] = hash.split("$");
    return digested === digest(password, round);
  }

  isOutdated(hash: string): boolean {
    return hash.split("$")[2] !== this.#round;
  }
}
