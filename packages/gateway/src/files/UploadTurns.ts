import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";

/** Files that one person sends at once: what a browser does at most, and what can be stored beyond the quota. */
const PER_USER = 4;
/** Files that one process receives at once: each holds up to 20 MiB on their way to a bucket. */
const PER_PROCESS = 32;

/** Whose turn it is to send a file. */
export class UploadTurns {
  readonly #byUser = new Map<string, number>();
  #all = 0;

  /** Runs `receive` with a turn taken for this user. Throws 429 when there is none. */
  async take<Value>(userId: string, receive: () => Promise<Value>): Promise<Value> {
    const mine = this.#byUser.get(userId) ?? 0;
    if (mine >= PER_USER)
      throw new ApiFailure(
        "too_many_requests",
        `you are sending ${PER_USER} files already; wait for one of them`,
      );
    if (this.#all >= PER_PROCESS)
      throw new ApiFailure("too_many_requests", "too many files are being sent right now; try again");
    this.#all++;
    this.#byUser.set(userId, mine + 1);
    try {
      return await receive();
    } finally {
      this.#all--;
      const left = this.#byUser.get(userId)! - 1;
      if (left === 0) this.#byUser.delete(userId);
      else this.#byUser.set(userId, left);
    }
  }
}
