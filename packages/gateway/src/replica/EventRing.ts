import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";

export interface RingEntry {
  readonly event: WorkspaceEvent;
  readonly seq: number;
}

/** Events kept of each workspace for clients that were gone for a moment: about a megabyte when messages are long. */
const CAPACITY = 1_024;
/** Bodies count most; a ring of novels is cut earlier. */
const MAX_BODY_CHARACTERS = 2_000_000;

/** The last events of one workspace, without gaps. */
export class EventRing {
  #entries: Array<RingEntry> = [];
  #characters = 0;

  push(entry: RingEntry): void {
    this.#entries.push(entry);
    this.#characters += charactersOf(entry);
    // Trimmed in quarters, so that a push costs the same on average however long the ring is.
    if (this.#entries.length < CAPACITY * 1.25 && this.#characters < MAX_BODY_CHARACTERS * 1.25) return;
    let drop = Math.max(0, this.#entries.length - CAPACITY);
    for (let i = 0; i < drop; i++) this.#characters -= charactersOf(this.#entries[i]!);
    while (this.#characters > MAX_BODY_CHARACTERS && drop < this.#entries.length) {
      this.#characters -= charactersOf(this.#entries[drop++]!);
    }
    this.#entries = this.#entries.slice(drop);
  }

  /** The events after a version, or undefined when the ring no longer holds all of them. */
  after(version: number): ReadonlyArray<RingEntry> | undefined {
    const first = this.#entries[0]?.event.version;
    if (first === undefined || version + 1 < first) return undefined;
    return this.#entries.slice(version + 1 - first);
  }

  /** The newest of the events that are like this. */
  find(matches: (event: WorkspaceEvent) => boolean): RingEntry | undefined {
    return this.#entries.findLast(({ event }) => matches(event));
  }

  /** The sequence of the commit that holds this version, if the ring holds it. */
  seqOf(version: number): number | undefined {
    const first = this.#entries[0]?.event.version;
    return first === undefined ? undefined : this.#entries[version - first]?.seq;
  }
}

const charactersOf = ({ event }: RingEntry): number =>
  event.type === "message.created" ||
  event.type === "thread.reply_created" ||
  event.type === "message.updated"
    ? event.payload.body.length
    : 0;
