/** Passwords of accounts, as this surface needs them. */
export interface Passwords {
  /** Throws ApiFailure for a password that is no good. */
  readonly set: (accountId: string, password: string) => Promise<void>;
  /** Takes as long for an account that is not there. */
  readonly verify: (accountId: string | undefined, password: string) => Promise<boolean>;
}
