/**
 * Makes and verifies hashes of passwords (PHC strings). All methods throw ApiFailure `too_many_requests` with
 * `Retry-After` when too many ask at once.
 */
export interface PasswordHasher {
  /** A hash of today's parameters that no password has: what is verified where there is none, in the same time. */
  readonly decoy: string;
  hash(password: string): Promise<string>;
  verify(hash: string, password: string): Promise<boolean>;
  /** Whether a hash is of other parameters than today's. */
  isOutdated(hash: string): boolean;
}
