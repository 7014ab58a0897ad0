import type { ChatEvent } from "./Chat.ts";

/** Names of one room that are kept: more than a person completes. */
const MAX_NICKS = 500;

/** Who was seen in which room, most recently heard of first. */
export class KnownNicks {
  readonly #rooms = new Map<string, Set<string>>();

  /** Takes notice of whoever an event names, but for the reader itself. */
  observe(event: ChatEvent, reader: string): void {
    if (event._tag === "message") this.#see(event.message.room, [event.message.username], reader);
    if (event._tag === "users") this.#see(event.room, event.users, reader);
    if (event._tag === "notice" && event.renamed) this.#rename(event.renamed);
    if (event._tag !== "presence") return;
    if (event.joined) this.#see(event.room, [event.username], reader);
    else this.#rooms.get(event.room)?.delete(event.username);
  }

  in(room: string): ReadonlyArray<string> {
    return [...(this.#rooms.get(room) ?? [])].toReversed();
  }

  #rename({ from, to }: { readonly from: string; readonly to: string }): void {
    for (const known of this.#rooms.values()) if (known.delete(from)) known.add(to);
  }

  #see(room: string, names: ReadonlyArray<string>, reader: string): void {
    const known = this.#rooms.get(room) ?? new Set();
    this.#rooms.set(room, known);
    for (const name of names) {
      if (name === reader) continue;
      known.delete(name);
      known.add(name);
    }
    for (const name of known) {
      if (known.size <= MAX_NICKS) break;
      known.delete(name);
    }
  }
}
