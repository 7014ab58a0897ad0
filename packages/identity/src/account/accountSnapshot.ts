import type { SnapshotFormat } from "@clickclack/eventsourcing/Decider";
import type { AccountState, CredentialState } from "./Account.ts";

interface AccountJson extends Omit<AccountState, "credentials"> {
  readonly credentials: ReadonlyArray<readonly [string, CredentialState]>;
}

/** An account's state as JSON. */
export const accountSnapshot: SnapshotFormat<AccountState> = {
  version: 4,
  encode: (state): AccountJson => ({ ...state, credentials: [...state.credentials] }),
  decode: (json) => {
    const state = json as AccountJson;
    return { ...state, credentials: new Map(state.credentials) };
  },
};
