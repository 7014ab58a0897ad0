import type { Reservations } from "@clickclack/eventsourcing/Reservations";
import type { Throttle } from "@clickclack/eventsourcing/Throttle";
import type { Accounts } from "../Accounts.ts";
import type { PasswordHasher } from "../password/PasswordHasher.ts";
import { Passwords } from "../password/Passwords.ts";
import type { Secrets } from "../secrets/Secrets.ts";
import { SecondFactors } from "../totp/SecondFactors.ts";
import { TotpCodes } from "../totp/TotpCodes.ts";
import { FailedSignIns, type SignInLimits } from "./FailedSignIns.ts";
import { Registrations } from "./Registrations.ts";
import { SignIns } from "./SignIns.ts";

export interface SigningInPorts {
  readonly accounts: Accounts;
  readonly hasher: PasswordHasher;
  readonly throttle: Throttle;
  readonly secrets: Secrets;
  readonly reservations: Reservations;
  /** Those of FailedSignIns.ts when absent. */
  readonly limits?: SignInLimits | undefined;
  readonly now?: () => number;
}

/** Everything by which people sign in, and change how they do. */
export interface SigningIn {
  readonly signIns: SignIns;
  readonly passwords: Passwords;
  readonly secondFactors: SecondFactors;
  readonly registrations: Registrations;
}

/** Puts it together: all of it counts its failures together. */
export const signingIn = ({
  accounts,
  hasher,
  throttle,
  secrets,
  reservations,
  limits,
  now,
}: SigningInPorts): SigningIn => {
  const failed = new FailedSignIns(throttle, limits);
  const ports = { accounts, hasher, failed, codes: new TotpCodes(secrets, now) };
  const passwords = new Passwords(ports);
  return {
    signIns: new SignIns(ports),
    passwords,
    registrations: new Registrations({ accounts, passwords, reservations }),
    secondFactors: new SecondFactors(ports),
  };
};
