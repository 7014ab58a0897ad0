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
  }

  /**
   * Puts an entry in the place of a message's; returns whether it is here. It is looked for: an index of all would take
   * half a megabyte for what is seldom.
   */
  replace(id: string, entryOf: (before: Entry) => Entry): boolean {
    const index = this.#entries.findLastIndex((entry) => entry._tag !== "remark" && entry.message.id === id);
    if (index >= 0) this.#entries[index] = entryOf(this.#entries[index]!);
    return index >= 0;
  }

  dropOldest(): void {
    this.#entries.shift();
    this.first += 1;
  }

  clear(): void {
    this.first = this.last + 1;
    this.#entries.length = 0;
  }
}
