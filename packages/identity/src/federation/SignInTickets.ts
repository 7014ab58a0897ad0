import type { Throttle } from "@clickclack/eventsourcing/Throttle";
import { randomBytes } from "node:crypto";
import type { Secrets } from "../secrets/Secrets.ts";
import type { SignInRequest } from "./IdentityProvider.ts";

/** How long somebody may take at the provider. */
export const TICKET_MS = 10 * 60_000;
const RANDOM_BYTES = 32;

/** What the browser keeps, sealed, while its user is at the provider. */
export interface SignInTicket extends SignInRequest {
  readonly provider: string;
  /** Where on this host to go afterwards. */
  readonly returnTo: string;
  readonly inviteCode?: string;
  /** When it was made; ms since 1970. */
  readonly at: number;
}

export interface TicketPorts {
  readonly secrets: Secrets;
  readonly throttle: Throttle;
  readonly now?: () => number;
}

/** Tickets of people on their way to a provider and back: good for one browser, one provider, ten minutes and one time. */
export class SignInTickets {
  readonly #ports: TicketPorts;
  readonly #now: () => number;

  constructor(ports: TicketPorts) {
    this.#ports = ports;
    this.#now = ports.now ?? Date.now;
  }

  /** A new ticket, and how it reads sealed. */
  make(wanted: Pick<SignInTicket, "provider" | "returnTo" | "redirectUri" | "inviteCode">): {
    readonly ticket: SignInTicket;
    readonly sealed: string;
  } {
    const ticket = { ...wanted, state: random(), nonce: random(), verifier: random(), at: this.#now() };
    return { ticket, sealed: this.#ports.secrets.seal("oauth-state", JSON.stringify(ticket)) };
  }

  /**
   * The ticket that a browser came back with, used up by that on every gateway; undefined when it has none, or one that
   * is too old, was used, or is of another provider or another way there. Throws StoreUnavailable.
   */
  async redeem(
    sealed: string | undefined,
    { provider, state }: { readonly provider: string; readonly state: string | undefined },
  ): Promise<SignInTicket | undefined> {
    const text = sealed === undefined ? undefined : this.#ports.secrets.open("oauth-state", sealed);
    if (text === undefined || state === undefined) return undefined;
    const ticket = JSON.parse(text) as SignInTicket;
    const age = this.#now() - ticket.at;
    if (ticket.provider !== provider || ticket.state !== state || age > TICKET_MS) return undefined;
    // Counters are forgotten with their servers, but not sooner than the provider's own code is used up.
    const turn = await this.#ports.throttle.take(`oauth-state ${state}`, {
      burst: 1,
      everyMs: 2 * TICKET_MS,
    });
    return turn._tag === "Granted" ? ticket : undefined;
  }
}

const random = (): string => randomBytes(RANDOM_BYTES).toString("base64url");
