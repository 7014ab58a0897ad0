import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { AccountState } from "../account/Account.ts";
import { COMMON_PASSWORDS } from "./commonPasswords.ts";

/** NIST's least, in characters; how they are mixed is nobody's business. */
const MIN_LENGTH = 8;

const problemOf = (
  password: string,
  { handle, email }: Pick<AccountState, "handle" | "email">,
  current: string | undefined,
): string | undefined => {
  const same = password.normalize("NFKC").toLowerCase();
  if (Array.from(password).length < MIN_LENGTH) return `a password needs at least ${MIN_LENGTH} characters`;
  if (current !== undefined && password === current) return "this is the password that you have already";
  if (same === handle || same === `@${handle}` || same === email)
    return "a password must not be the handle or the email of its account";
  if (new Set(same).size === 1 || COMMON_PASSWORDS.has(same))
    return "this password is one of those that everybody tries first";
  return undefined;
};

/** Refuses a new password that others would guess. Throws 400 `weak_password`. */
export const requireStrong = (
  password: string,
  account: Pick<AccountState, "handle" | "email">,
  current?: string,
): void => {
  const problem = problemOf(password, account, current);
  if (problem !== undefined) throw new ApiFailure("weak_password", problem);
};
