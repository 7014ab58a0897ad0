import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { Authenticator } from "../../../authentication/Authenticator.ts";
import type { Caller } from "../../../authentication/Caller.ts";
import type { HttpRequest } from "../../../http/HttpRequest.ts";
import type { IrcActor, IrcParts } from "../IrcParts.ts";

/** A client is noted as seen again after this part of the idle timeout, and no later than after half a minute. */
const REFRESH_PART = 4;
const MAX_REFRESH_MS = 30_000;

/** How old `lastSeen` may be before it is written anew; milliseconds. */
export const refreshMs = (sessionIdleMs: number): number =>
  Math.min(MAX_REFRESH_MS, sessionIdleMs / REFRESH_PART);

/** Finds out whose client makes a request. */
export class Clients {
  readonly #parts: IrcParts;
  readonly #authenticator: Authenticator;

  constructor(parts: IrcParts, authenticator: Authenticator) {
    this.#parts = parts;
    this.#authenticator = authenticator;
  }

  /** Whoever holds the bearer token: 401 without a good one. */
  async caller(request: HttpRequest): Promise<Caller & { readonly credentialId: string }> {
    if (request.headers["authorization"] === undefined)
      throw new ApiFailure("unauthenticated", "send the token as Authorization: Bearer TOKEN");
    const caller = await this.#authenticator.authenticate(request);
    const { credentialId } = caller;
    if (credentialId === undefined) throw new ApiFailure("unauthenticated", "this token opens no client");
    if (caller.account.kind === "bot")
      throw new ApiFailure("not_allowed_for_bots", "bots speak the native API");
    return { ...caller, credentialId };
  }

  /** Whoever makes a request, as the one to act: its client is noted as seen. */
  async actor(request: HttpRequest): Promise<IrcActor> {
    const { store, settings, context, membership } = this.#parts;
    const caller = await this.caller(request);
    const accountId = caller.account.id;
    const clientId = caller.credentialId;
    const client = await store.client(accountId, clientId);
    const replica = await context.reads.workspace(await membership.workspaceId(), caller);
    if (!client) await this.#parts.sessions.adopt(caller, replica, clientId, "both");
    else if (Date.now() - client.lastSeen >= refreshMs(settings.sessionIdleMs))
      await store.touch(accountId, clientId);
    return { caller, clientId, replica, correlationId: request.correlationId };
  }
}
