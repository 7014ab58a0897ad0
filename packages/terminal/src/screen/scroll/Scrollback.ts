import { type Entry, RoomLog } from "./RoomLog.ts";

/**
 * Entries that are kept, of all rooms together: what they are kept in is one process, that is to stay under 80 MB with
 * them. Beyond it the longest room loses its oldest, so that a busy room takes nothing from a quiet one.
 */
export const MAX_ENTRIES = 10_000;

/** What was said in each room. */
export class Scrollback {
  readonly #rooms = new Map<string, RoomLog>();
  readonly #limit: number;
  #size = 0;

  constructor(limit: number = MAX_ENTRIES) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#size;
  }

  in(room: string): RoomLog {
    const known = this.#rooms.get(room);
    if (known) return known;
    const log = new RoomLog();
    this.#rooms.set(room, log);
    return log;
  }

  add(room: string, entry: Entry): void {
    this.in(room).add(entry);
    this.#size += 1;
    if (this.#size <= this.#limit) return;
    this.#longest().dropOldest();
    this.#size -= 1;
  }

  /** Puts an entry in the place of a message's, wherever that is shown. */
  replace(room: string, id: string, entryOf: (before: Entry) => Entry): void {
    const others = [...this.#rooms.values()];
    [this.in(room), ...others].find((log) => log.replace(id, entryOf));
  }

  clear(room: string): void {
    const log = this.in(room);
    this.#size -= log.size;
    log.clear();
  }

  #longest(): RoomLog {
    let longest: RoomLog | undefined;
    for (const log of this.#rooms.values()) if (!longest || log.size > longest.size) longest = log;
    return longest!;
  }
}
