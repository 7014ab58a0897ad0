/** Who polls again within this was there all the time. */
const LINGER_MS = 5_000;

/** Who is here by IRC on this gateway, by connections and by polls, told as others tell of their sockets. */
export class Attendance {
  readonly #tell: (userId: string, present: boolean) => void;
  /** Polls and connections of each user. */
  readonly #here = new Map<string, number>();
  /** Those whose last poll ended a moment ago. */
  readonly #lingering = new Map<string, NodeJS.Timeout>();

  constructor(tell: (userId: string, present: boolean) => void) {
    this.#tell = tell;
  }

  come(userId: string): void {
    const here = this.#here.get(userId) ?? 0;
    this.#here.set(userId, here + 1);
    if (here > 0) return;
    const lingering = this.#lingering.get(userId);
    clearTimeout(lingering);
    if (!this.#lingering.delete(userId)) this.#tell(userId, true);
  }

  /** `lingers`: whether it may be back in a moment, as between two polls. */
  go(userId: string, lingers: boolean): void {
    const left = (this.#here.get(userId) ?? 0) - 1;
    if (left > 0) return void this.#here.set(userId, left);
    this.#here.delete(userId);
    if (!lingers) return this.#tell(userId, false);
    const gone = () => {
      this.#lingering.delete(userId);
      this.#tell(userId, false);
    };
    this.#lingering.set(userId, setTimeout(gone, LINGER_MS).unref());
  }

  close(): void {
    for (const timer of this.#lingering.values()) clearTimeout(timer);
    this.#lingering.clear();
  }
}
