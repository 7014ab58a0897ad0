import type { IdentityEvent, IdentityPayload } from "@clickclack/protocol/events/IdentityEvents";
import * as Result from "effect/Result";
import type { AccountState } from "./Account.ts";
import { type Decision, event, reject } from "./decisions.ts";

/** The second factor of an account: one-time codes of an authenticator, and codes for when it is lost. */
export interface TotpState {
  /** The secret, sealed. */
  readonly sealed: string;
  /** Whether a code proved that the authenticator has the secret; none is asked for before. */
  readonly confirmed: boolean;
  /** The newest step (30 s since 1970) whose code was used; older codes are no good any more. */
  readonly lastStep: number;
  /** SHA-256 of the recovery codes that are left. */
  readonly recoveryCodes: ReadonlyArray<string>;
}

/** What was found of a code that somebody gave; whether it is still good only the account knows. */
export type SecondFactor =
  | { readonly kind: "totp"; readonly sealed: string; readonly step: number }
  | { readonly kind: "recovery"; readonly hash: string };

export type TotpCommand =
  | { readonly type: "EnrolTotp"; readonly sealed: string }
  | {
      readonly type: "ConfirmTotp";
      readonly sealed: string;
      readonly step: number;
      readonly recoveryCodes: ReadonlyArray<string>;
    }
  | {
      readonly type: "RemoveTotp";
      /** What its owner proved to have: the password of this hash, or a code; absent where an operator removes it. */
      readonly proof?: { readonly passwordHash: string } | SecondFactor;
    };

type Command<Type extends TotpCommand["type"]> = Extract<TotpCommand, { readonly type: Type }>;
type TotpEvent = Extract<IdentityEvent, { readonly type: `totp.${string}` }>;

const WRONG_CODE = "the code is wrong, used or too old";

export const enrolTotp = (state: AccountState, { sealed }: Command<"EnrolTotp">): Decision => {
  if (state.kind === "bot") return reject("not_allowed_for_bots", "bots have no second factor");
  return state.totp?.confirmed
    ? reject("conflict", "this account has a second factor already; remove it first")
    : Result.succeed([event("totp.enrolled", { sealed })]);
};

export const confirmTotp = (state: AccountState, command: Command<"ConfirmTotp">): Decision => {
  const { sealed, step, recoveryCodes } = command;
  if (!state.totp || state.totp.confirmed || state.totp.sealed !== sealed)
    return reject("conflict", "there is no second factor to confirm; enrol one first");
  return Result.succeed([event("totp.confirmed", { totp_step: step, recovery_codes: recoveryCodes })]);
};

export const removeTotp = (state: AccountState, { proof }: Command<"RemoveTotp">): Decision => {
  if (!state.totp) return reject("conflict", "this account has no second factor");
  if (proof && "passwordHash" in proof && proof.passwordHash !== state.password?.hash)
    return reject("invalid_credentials", "the password is wrong");
  const refused = proof && "kind" in proof ? refuseSecondFactor(state, proof) : undefined;
  return refused ?? Result.succeed([event("totp.removed", {})]);
};

/** The rejection of who has to give a code and gave none that is good; undefined where all is well. */
export const refuseSecondFactor = (state: AccountState, given?: SecondFactor): Decision | undefined => {
  const { totp } = state;
  if (!totp?.confirmed) return undefined;
  if (!given) return reject("second_factor_required", "this account also asks for a code: give totp_code");
  const good =
    given.kind === "totp"
      ? given.sealed === totp.sealed && given.step > totp.lastStep
      : totp.recoveryCodes.includes(given.hash);
  return good ? undefined : reject("invalid_credentials", WRONG_CODE);
};

/** What a session's event says of the code that was used for it. */
export const usedUp = (
  { totp }: AccountState,
  given?: SecondFactor,
): Pick<IdentityPayload<"credential.issued">, "totp_step" | "recovery_code"> => {
  if (!totp?.confirmed || !given) return {};
  return given.kind === "totp" ? { totp_step: given.step } : { recovery_code: given.hash };
};

/** Takes a code out of use, once a session was opened by it. */
export const useUp = (state: AccountState, payload: IdentityPayload<"credential.issued">): AccountState => {
  const { totp } = state;
  const { totp_step: step, recovery_code: hash } = payload;
  if (!totp || (step === undefined && hash === undefined)) return state;
  const recoveryCodes = totp.recoveryCodes.filter((code) => code !== hash);
  return { ...state, totp: { ...totp, lastStep: Math.max(totp.lastStep, step ?? 0), recoveryCodes } };
};

export const evolveTotp = (state: AccountState, event: TotpEvent): AccountState => {
  const { totp, ...without } = state;
  switch (event.type) {
    case "totp.enrolled": {
      const { sealed } = event.payload;
      return { ...state, totp: { sealed, confirmed: false, lastStep: 0, recoveryCodes: [] } };
    }
    case "totp.confirmed": {
      const { totp_step: lastStep, recovery_codes: recoveryCodes } = event.payload;
      return totp ? { ...state, totp: { ...totp, confirmed: true, lastStep, recoveryCodes } } : state;
    }
    case "totp.removed":
      return without;
  }
};
