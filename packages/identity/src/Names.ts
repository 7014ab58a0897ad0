import type { Reservation, Reservations } from "@clickclack/eventsourcing/Reservations";
import type { AccountState } from "./account/Account.ts";
import { subjectKey } from "./account/LinkedIdentity.ts";
import { holdsHandle } from "./account/Profile.ts";

/**
 * A claim is older than the command that it was made for from here on, which takes seconds at the most: if its account
 * does not bear the name by then, it never will, and the name is free.
 */
const ABANDONED_AFTER_MS = 60_000;

export interface NamesPorts {
  readonly reservations: Reservations;
  /** An account's state, current as of now; undefined when there is none. */
  readonly load: (accountId: string) => Promise<AccountState | undefined>;
}

export type NameKind = "email" | "handle" | "subject";

/** The claim of a name, to be given up if nothing comes of it. */
export interface NameClaim {
  readonly kind: NameKind;
  readonly name: string;
  readonly revision: number;
}

const bears = (account: AccountState, kind: NameKind, name: string): boolean => {
  switch (kind) {
    case "email":
      return account.email === name;
    case "handle":
      return holdsHandle(account, name);
    case "subject":
      return account.identities.some((one) => subjectKey(one) === name);
  }
};

/** Emails, handles and accounts at providers, each of which one account alone may bear. Methods throw StoreUnavailable. */
export class Names {
  readonly #ports: NamesPorts;

  constructor(ports: NamesPorts) {
    this.#ports = ports;
  }

  /** Claims a name for an account; undefined when another one bears it. */
  async claim(kind: NameKind, name: string, accountId: string): Promise<NameClaim | undefined> {
    const { reservations } = this.#ports;
    const first = await reservations.claim(kind, name, accountId);
    if (first._tag === "Claimed") return { kind, name, revision: first.revision };
    if (!(await this.#isAbandoned(kind, name, first.reservation))) return undefined;
    const again = await reservations.claim(kind, name, accountId, first.reservation.revision);
    return again._tag === "Claimed" ? { kind, name, revision: again.revision } : undefined;
  }

  /** The same, so that a claim which the account has already begins anew: nobody finds it abandoned for a minute. */
  async claimAnew(kind: NameKind, name: string, accountId: string): Promise<NameClaim | undefined> {
    const { reservations } = this.#ports;
    const held = await reservations.find(kind, name);
    if (held?.holder !== accountId) return this.claim(kind, name, accountId);
    const anew = await reservations.claim(kind, name, accountId, held.revision);
    return anew._tag === "Claimed" ? { kind, name, revision: anew.revision } : undefined;
  }

  /** What an account has claimed under this name right now. */
  async held(kind: NameKind, name: string, accountId: string): Promise<NameClaim | undefined> {
    const found = await this.#ports.reservations.find(kind, name);
    return found?.holder === accountId ? { kind, name, revision: found.revision } : undefined;
  }

  /** Gives claims up that the account does not bear, unless they were made anew meanwhile. */
  async giveUp(accountId: string, claims: ReadonlyArray<NameClaim | undefined>): Promise<void> {
    const account = await this.#ports.load(accountId);
    for (const claim of claims) {
      if (claim === undefined || (account && bears(account, claim.kind, claim.name))) continue;
      await this.#ports.reservations.release(claim.kind, claim.name, accountId, claim.revision);
    }
  }

  /** Of an account that was never created, or that gave the name up and could not say so. */
  async #isAbandoned(kind: NameKind, name: string, { holder, at }: Reservation): Promise<boolean> {
    if (Date.now() - at <= ABANDONED_AFTER_MS) return false;
    const account = await this.#ports.load(holder);
    return account === undefined || !bears(account, kind, name);
  }
}
