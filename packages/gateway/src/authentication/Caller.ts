import type { AccountState } from "@clickclack/identity/account/Account";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";

/** Who makes a request, and by which credential. */
export interface Caller {
  readonly account: AccountState;
  /** Id of the session or token; absent in development mode. */
  readonly credentialId?: string;
}

/** Stands where an endpoint asks nobody to sign in. */
export const anonymous: Caller = new Proxy({} as Caller, {
  get: () => {
    throw new ApiFailure("unauthenticated", "sign in first");
  },
});
