import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { BOT_ACCESS, type OperationId } from "@clickclack/protocol/http/BotAccess";
import { type LimitClass, limitClassOf } from "@clickclack/protocol/http/LimitClasses";
import type { Caller } from "../authentication/Caller.ts";
import type { HttpRequest } from "../http/HttpRequest.ts";
import { networkOf } from "../http/plainAddress.ts";
import { type RateLimits, requireTurn, type Standing } from "./RateLimits.ts";

/** What is asked for, by its class, and from where. */
export interface Asked {
  /** Undefined for what has no limit. */
  readonly limitClass: LimitClass | undefined;
  /** Whether nobody signs in for it. */
  readonly open: boolean;
  readonly address: string;
}

const NO_HEADERS: Readonly<Record<string, string>> = {};

/**
 * One request on its way past the limits. It is counted for its address as it arrives, before any work is done for it,
 * and for its credential as soon as that is known.
 */
export class Admission {
  readonly #limits: RateLimits;
  readonly #asked: Asked;
  readonly #network: string;
  #standing: Standing | undefined;

  constructor(limits: RateLimits, asked: Asked) {
    this.#limits = limits;
    this.#asked = asked;
    const { limitClass, open } = asked;
    this.#network = networkOf(asked.address);
    if (limitClass === undefined) return;
    const network = this.#network;
    this.#standing = open ? limits.take(limitClass, network) : limits.takeShared(limitClass, network);
  }

  /** Of a request of an operation. */
  static to(operation: OperationId, limits: RateLimits, { method, address }: HttpRequest): Admission {
    const open = BOT_ACCESS[operation] === "open";
    return new Admission(limits, { limitClass: limitClassOf(operation, method), open, address });
  }

  /** Headers of the answer: where the request stands with the limit that it was last held to. */
  get headers(): Readonly<Record<string, string>> {
    return this.#standing?.headers ?? NO_HEADERS;
  }

  /** Throws 429 when too many came from its address. */
  requireAddress(): void {
    requireTurn(this.#standing);
  }

  /**
   * Whom `authenticate` finds, unless it is too many for this credential: then throws 429. Who cannot be found out
   * counts by the address.
   */
  async signedIn<Found extends { readonly caller: Caller }>(
    authenticate: () => Promise<Found>,
  ): Promise<Found> {
    this.requireAddress();
    const found = await authenticate().catch((error: unknown) => {
      if (error instanceof ApiFailure) this.#count(this.#network);
      throw error;
    });
    const { credentialId, account } = found.caller;
    this.#count(credentialId ?? account.id);
    return found;
  }

  #count(who: string): void {
    if (this.#asked.limitClass === undefined) return;
    this.#standing = this.#limits.take(this.#asked.limitClass, who);
    requireTurn(this.#standing);
  }
}
