import type { ChatEvent, ChatPerson } from "./Chat.ts";

/** Names of one room that are kept: more than anybody reads in a sidebar. */
const MAX_PEOPLE = 1_000;

/** Who is in which room, by what the server tells of it. */
export class RoomPeople {
  readonly #rooms = new Map<string, Set<string>>();
  /** Rooms that were told whole. */
  readonly #whole = new Set<string>();

  observe(event: ChatEvent): void {
    if (event._tag === "users") {
      this.#rooms.set(event.room, new Set(event.users.slice(0, MAX_PEOPLE)));
      this.#whole.add(event.room);
    }
    if (event._tag === "notice" && event.renamed) this.rename(event.renamed);
    if (event._tag !== "presence") return;
    const people = this.#rooms.get(event.room) ?? new Set();
    this.#rooms.set(event.room, people);
    if (!event.joined) people.delete(event.username);
    else if (people.size < MAX_PEOPLE) people.add(event.username);
  }

  /** Whether all of a room's people are known, and not only those who came and went. */
  knows(room: string): boolean {
    return this.#whole.has(room);
  }

  rename({ from, to }: { readonly from: string; readonly to: string }): void {
    for (const people of this.#rooms.values()) if (people.delete(from)) people.add(to);
  }

  /** Forgets every room but these. */
  keep(rooms: ReadonlyArray<string>): void {
    for (const room of this.#rooms.keys()) if (!rooms.includes(room)) this.#forget(room);
  }

  /** What was told may be old: from now on no room is known whole. */
  doubt(): void {
    this.#whole.clear();
  }

  #forget(room: string): void {
    this.#rooms.delete(room);
    this.#whole.delete(room);
  }

  in(room: string): ReadonlyArray<ChatPerson> {
    return [...(this.#rooms.get(room) ?? [])]
      .toSorted((a, b) => a.localeCompare(b))
      .map((username) => ({ username, online: true }));
  }
}
