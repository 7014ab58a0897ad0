/** Somebody types for this long after it was told last, ms: clients tell it every three seconds. */
const TYPES_FOR_MS = 5_000;
/** Names that are remembered; more are not shown in any way. */
const MAX_PEOPLE = 50;

/** Who is typing in which room. */
export class TypingPeople {
  readonly #until = new Map<
    string,
    { readonly room: string; readonly username: string; readonly until: number }
  >();

  seen(room: string, username: string, now: number): void {
    if (this.#until.size < MAX_PEOPLE)
      this.#until.set(`${room}\n${username}`, { room, username, until: now + TYPES_FOR_MS });
  }

  /** Said what was being typed, or went away. */
  stopped(room: string, username: string): void {
    this.#until.delete(`${room}\n${username}`);
  }

  in(room: string, now: number): ReadonlyArray<string> {
    for (const [key, { until }] of this.#until) if (until <= now) this.#until.delete(key);
    return [...this.#until.values()].filter((one) => one.room === room).map(({ username }) => username);
  }

  get any(): boolean {
    return this.#until.size > 0;
  }
}
