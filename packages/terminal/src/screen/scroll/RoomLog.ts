import type { ChatMessage } from "../../chat/Chat.ts";

/** What the client itself says between the messages. */
export interface Remark {
  readonly _tag: "remark";
  readonly tone: "quiet" | "plain" | "alert";
  readonly text: string;
  readonly ts: string;
}

/** One thing in a room's scrollback. */
export type Entry =
  | { readonly _tag: "message"; readonly message: ChatMessage }
  | { readonly _tag: "removed"; readonly message: ChatMessage }
  | Remark;

/** A room's scrollback. Entries are numbered one after the other; the oldest may be dropped. */
export class RoomLog {
  readonly #entries: Array<Entry> = [];
  /** Number of each message's entry, by its id: a change finds it. */
  readonly #numbers = new Map<string, number>();
  /** Number of the oldest entry. */
  first = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** Number of the newest entry; one less than `first` where there is none. */
  get last(): number {
    return this.first + this.#entries.length - 1;
  }

  at(number: number): Entry | undefined {
    return this.#entries[number - this.first];
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    if (entry._tag === "message") this.#numbers.set(entry.message.id, this.last);
  }

  /** Puts an entry in the place of a message's. */
  replace(id: string, entryOf: (before: Entry) => Entry): void {
    const number = this.#numbers.get(id);
    const before = number === undefined ? undefined : this.at(number);
    if (before) this.#entries[number! - this.first] = entryOf(before);
  }

  dropOldest(): void {
    const dropped = this.#entries.shift();
    this.first += 1;
    if (dropped === undefined || dropped._tag === "remark") return;
    const { id } = dropped.message;
    if (this.#numbers.get(id)! < this.first) this.#numbers.delete(id);
  }

  clear(): void {
    this.first = this.last + 1;
    this.#entries.length = 0;
    this.#numbers.clear();
  }
}
