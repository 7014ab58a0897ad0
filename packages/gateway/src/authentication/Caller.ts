import type { AccountState } from "@clickclack/identity/account/Account";
import type { Actor } from "@clickclack/protocol/events/Envelope";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";

/** Who makes a request, and by which credential. */
export interface Caller {
  readonly account: AccountState;
  /** Id of the session or token; absent in development mode. */
  readonly credentialId?: string;
  /** When the session or token ends by itself; milliseconds since 1970. */
  readonly expiresAt?: number;
  /** What a bot's token is good for; people are not held to any. */
  readonly scopes?: ReadonlySet<string>;
  /** The one workspace that a bot's token opens. */
  readonly workspaceId?: string;
}

/** A caller as the one who causes events. */
export const actorOf = ({ account, credentialId }: Pick<Caller, "account" | "credentialId">): Actor => ({
  user_id: account.id,
  ...(credentialId !== undefined && { credential_id: credentialId }),
});

/** Stands where an endpoint asks nobody to sign in. */
export const anonymous: Caller = new Proxy({} as Caller, {
  get: () => {
    throw new ApiFailure("unauthenticated", "sign in first");
  },
});
