import type { Place } from "./Places.ts";
import type { Remote } from "./Remote.ts";

/** Tells the server how far was read: the newest mark of each room, one request at a time. */
export class ReadMarks {
  readonly #remote: Remote;
  readonly #underWay = new Map<string, Promise<void>>();
  #count = 0;

  constructor(remote: Remote) {
    this.#remote = remote;
  }

  /** How many marks were set: those that a place has from later on are newer than what was asked for before. */
  get count(): number {
    return this.#count;
  }

  /** Resolves when the server knows of the marks that were set until now. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  /** All of a room was shown. */
  read(place: Place): void {
    const before = place.readSeq;
    const readSeq = Math.max(before, place.lastSeq);
    Object.assign(place, { unread: 0, mentions: 0, readSeq, markedAt: ++this.#count });
    if (readSeq === before || this.#underWay.has(place.id)) return;
    const sent = this.#send(place).finally(() => this.#underWay.delete(place.id));
    this.#underWay.set(place.id, sent);
  }

  async #send(place: Place): Promise<void> {
    let sent = -1;
    try {
      while (sent < place.readSeq) {
        const body = { seq: place.readSeq };
        await this.#remote.keep(
          (api) =>
            place.direct
              ? api.readConversation({ params: { direct_conversation_id: place.id }, body })
              : api.readChannel({ params: { channel_id: place.id }, body }),
          true,
        );
        sent = body.seq;
      }
    } catch {
      // Refused or ended: the next mark is another try, and nothing is lost but a count.
    }
  }
}
