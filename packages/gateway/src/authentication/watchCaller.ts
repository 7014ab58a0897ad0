import type { AccountDirectory } from "@clickclack/identity/AccountDirectory";
import { isStillGood } from "./Authenticator.ts";
import type { Caller } from "./Caller.ts";

/** A caller whose answer takes its time. Stop it when the answer is over. */
export interface WatchedCaller {
  /** Whether what it came by is still good. */
  readonly good: () => boolean;
  readonly stop: () => void;
}

/** Follows whether a caller may still be answered. */
export const watchCaller = (
  directory: Pick<AccountDirectory, "onChange" | "find">,
  { account, credentialId }: Pick<Caller, "account" | "credentialId">,
): WatchedCaller => {
  let good = true;
  const { stop } = directory.onChange((changed) => {
    if (changed.id === account.id) good &&= isStillGood(changed, credentialId);
    else if (changed.id === account.ownerUserId) good &&= changed.active;
  });
  // What changed between its signing in and this.
  directory.find(account.id).then(
    (current) => {
      good &&= current !== undefined && isStillGood(current, credentialId);
    },
    // The log is away: what happens there is told when it is back.
    () => undefined,
  );
  return { good: () => good, stop };
};
