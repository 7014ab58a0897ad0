import { mentions } from "../format/mentions.ts";
import type { ChatMessage } from "./Chat.ts";

interface Counts {
  readonly messages: number;
  readonly mentions: number;
}

const NONE: Counts = { messages: 0, mentions: 0 };

/** What was said in rooms other than the current one, since they were. */
export class Unread {
  readonly #rooms = new Map<string, Counts>();

  /** Counts a message that was said elsewhere than where the reader is. */
  count({ room, text }: ChatMessage, reader: string): void {
    const before = this.in(room);
    const more = mentions(text, reader) ? 1 : 0;
    this.#rooms.set(room, { messages: before.messages + 1, mentions: before.mentions + more });
  }

  /** The reader is in this room now, and in no others than these. */
  read(room: string, rooms: ReadonlyArray<string>): void {
    for (const known of this.#rooms.keys())
      if (known === room || !rooms.includes(known)) this.#rooms.delete(known);
  }

  in(room: string): Counts {
    return this.#rooms.get(room) ?? NONE;
  }
}
