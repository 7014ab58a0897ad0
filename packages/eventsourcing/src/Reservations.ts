import { createHash } from "node:crypto";

/** Who holds a name, since when, and the version to take it over at. */
export interface Reservation {
  readonly holder: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly revision: number;
}

export type ClaimResult =
  | { readonly _tag: "Claimed"; readonly revision: number }
  | { readonly _tag: "Taken"; readonly reservation: Reservation };

/**
 * Names that only one may hold: handles, emails, slugs, keys of requests that create. A claim is decided by the log
 * alone, without a database. Every method may throw StoreUnavailable.
 */
export interface Reservations {
  /**
   * Claims a free name, or one at exactly the given revision. Claiming what one holds already succeeds; at its revision
   * that makes it a claim of now.
   */
  claim(kind: string, key: string, holder: string, atRevision?: number): Promise<ClaimResult>;
  find(kind: string, key: string): Promise<Reservation | undefined>;
  /** Gives a name up; nothing happens if it is not this holder's, or at another revision. It is free for anybody from then on. */
  release(kind: string, key: string, holder: string, atRevision?: number): Promise<void>;
}

/** Stands in a reservation that was given up: a name is never taken out, so that its revisions go on counting. */
export const NOBODY = "";

/** A key as one subject token: as it is where that is safe, its hash otherwise. */
export const reservationToken = (key: string): string =>
  /^[a-z0-9_-]{1,63}$/.test(key) ? key : createHash("sha256").update(key).digest("hex");

/** Reservations in memory, for tests. */
export class MemoryReservations implements Reservations {
  readonly #held = new Map<string, Reservation>();

  async claim(kind: string, key: string, holder: string, atRevision = 0): Promise<ClaimResult> {
    const name = `${kind}.${reservationToken(key)}`;
    const reservation = this.#held.get(name);
    const { revision = 0 } = reservation ?? {};
    if (reservation?.holder === holder && revision !== atRevision) return { _tag: "Claimed", revision };
    const free = reservation === undefined || reservation.holder === NOBODY;
    if (!free && revision !== atRevision) return { _tag: "Taken", reservation };
    this.#held.set(name, { holder, at: Date.now(), revision: revision + 1 });
    return { _tag: "Claimed", revision: revision + 1 };
  }

  async find(kind: string, key: string): Promise<Reservation | undefined> {
    const found = this.#held.get(`${kind}.${reservationToken(key)}`);
    return found?.holder === NOBODY ? undefined : found;
  }

  async release(kind: string, key: string, holder: string, atRevision?: number): Promise<void> {
    const held = await this.find(kind, key);
    if (held?.holder !== holder || (atRevision ?? held.revision) !== held.revision) return;
    this.#held.set(`${kind}.${reservationToken(key)}`, {
      ...held,
      holder: NOBODY,
      revision: held.revision + 1,
    });
  }
}
