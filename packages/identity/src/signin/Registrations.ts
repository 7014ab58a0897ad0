import type { SessionAbout } from "../account/Sessions.ts";
import { readHandle } from "../account/handleFrom.ts";
import type { Actor } from "@clickclack/protocol/events/Envelope";
import type { Reservations } from "@clickclack/eventsourcing/Reservations";
import type { Accounts, IssuedToken } from "../Accounts.ts";
import type { Passwords } from "../password/Passwords.ts";
import { requireStrong } from "../password/requireStrong.ts";

export interface RegistrationsPorts {
  readonly accounts: Accounts;
  readonly passwords: Passwords;
  readonly reservations: Reservations;
}

export interface Registration {
  readonly displayName: string;
  /** Made of the name when absent. */
  readonly handle?: string;
  readonly password: string;
  /** What is told of the client that registers. */
  readonly about?: SessionAbout;
}

/** Who registers is nobody yet. */
const VISITOR: Actor = { user_id: "visitor" };

/** Accounts that people make themselves, with a password. Methods throw ApiFailure or StoreUnavailable. */
export class Registrations {
  readonly #ports: RegistrationsPorts;

  constructor(ports: RegistrationsPorts) {
    this.#ports = ports;
  }

  /**
   * Makes an account with a password, and a session of its own. `admit` lets it in where it is wanted: if that fails,
   * the account ends, its handle is free again, and what `admit` threw is thrown.
   */
  async register<A>(
    { displayName, handle, password, about }: Registration,
    admit: (accountId: string, session: IssuedToken) => Promise<A>,
  ): Promise<A> {
    const { accounts, passwords } = this.#ports;
    // Before there is an account, which a weak password would leave behind.
    requireStrong(password, { handle: (handle && readHandle(handle)) ?? "" });
    const wanted = { kind: "human", displayName, ...(handle !== undefined && { handle }) } as const;
    const id = await accounts.create(wanted, VISITOR);
    try {
      await passwords.set(id, password, { user_id: id });
      return await admit(id, await accounts.openSession(id, about));
    } catch (failure) {
      // What cannot be undone now is an account that belongs nowhere; what was wrong is what its maker has to know.
      await this.#undo(id).catch(() => undefined);
      throw failure;
    }
  }

  async #undo(accountId: string): Promise<void> {
    const { accounts, reservations } = this.#ports;
    const account = await accounts.load(accountId);
    await accounts.deactivate(accountId, { user_id: accountId });
    if (account) await reservations.release("handle", account.handle, accountId);
  }
}
