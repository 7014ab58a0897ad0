import { CLAIMS_STREAM, claimSubject } from "@clickclack/protocol/nats/Subjects";
import { headers } from "@nats-io/transport-node";
import { StoreUnavailable } from "./EventStore.ts";
import { Appender } from "./nats/Appender.ts";
import { directOne } from "./nats/directGet.ts";
import type { Nats } from "./nats/Nats.ts";
import {
  type ClaimResult,
  NOBODY,
  type Reservation,
  type Reservations,
  reservationToken,
} from "./Reservations.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const READ_ATTEMPTS = 20;
const READ_EVERY_MS = 25;

/** Reservations as the stream CLAIMS: one message kept per subject, written only over the expected one. */
export class JetStreamReservations implements Reservations {
  readonly #nats: Nats;
  readonly #appender: Appender;

  constructor(nats: Nats) {
    this.#nats = nats;
    this.#appender = new Appender(nats);
  }

  async claim(kind: string, key: string, holder: string, atRevision = 0): Promise<ClaimResult> {
    const written = await this.#write(kind, key, holder, atRevision);
    if (written !== undefined) return { _tag: "Claimed", revision: written };
    const reservation = await this.#rival(kind, key);
    if (reservation.holder === holder) return { _tag: "Claimed", revision: reservation.revision };
    // Given up by whoever held it: of all who come now, the first to write over that has it.
    if (reservation.holder === NOBODY && reservation.revision !== atRevision)
      return this.claim(kind, key, holder, reservation.revision);
    return { _tag: "Taken", reservation };
  }

  async find(kind: string, key: string): Promise<Reservation | undefined> {
    const found = await this.#read(kind, key);
    return found?.holder === NOBODY ? undefined : found;
  }

  async release(kind: string, key: string, holder: string, atRevision?: number): Promise<void> {
    const held = await this.find(kind, key);
    if (held?.holder === holder) await this.#write(kind, key, NOBODY, atRevision ?? held.revision);
  }

  /** Returns the new revision; undefined when the name was at another one. */
  async #write(kind: string, key: string, holder: string, atRevision: number): Promise<number | undefined> {
    const expect = headers();
    expect.set("Nats-Expected-Last-Subject-Sequence", String(atRevision));
    const body = encoder.encode(JSON.stringify({ holder, at: Date.now() }));
    const subject = claimSubject(kind, reservationToken(key));
    const result = await this.#appender.append(subject, body, expect);
    return result._tag === "Appended" ? result.seq : undefined;
  }

  async #read(kind: string, key: string): Promise<Reservation | undefined> {
    const message = await directOne(this.#nats, CLAIMS_STREAM, {
      last_by_subj: claimSubject(kind, reservationToken(key)),
    });
    if (!message) return undefined;
    return {
      ...(JSON.parse(decoder.decode(message.data)) as Omit<Reservation, "revision">),
      revision: message.seq,
    };
  }

  /** A replica that answers reads may not have yet what the leader refused us for. */
  async #rival(kind: string, key: string): Promise<Reservation> {
    for (let attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
      const found = await this.#read(kind, key);
      if (found) return found;
      await new Promise((resume) => setTimeout(resume, READ_EVERY_MS));
    }
    throw new StoreUnavailable("a reservation cannot be read right now");
  }
}
