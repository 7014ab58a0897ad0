/** An attempt to sign in. */
export interface PasswordAttempt {
  /** Whose the name is; undefined where nobody has it. */
  readonly accountId: string | undefined;
  readonly name: string;
  readonly password: string;
  /** Where it is made from: what attempts are counted by. */
  readonly address: string;
}

/** Passwords of accounts, as this surface needs them. */
export interface Passwords {
  readonly set: (accountId: string, password: string) => Promise<void>;
  /** Takes as long for an account that is not there. Throws ApiFailure: 401 for whatever was wrong, 429 when too often. */
  readonly verify: (attempt: PasswordAttempt) => Promise<void>;
}
