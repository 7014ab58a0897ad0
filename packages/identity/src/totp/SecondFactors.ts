import type { Actor } from "@clickclack/protocol/events/Envelope";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { AccountState } from "../account/Account.ts";
import type { SecondFactor } from "../account/Totp.ts";
import type { Accounts } from "../Accounts.ts";
import type { PasswordHasher } from "../password/PasswordHasher.ts";
import { type FailedSignIns, ofAccount } from "../signin/FailedSignIns.ts";
import type { NewTotpSecret, TotpCodes } from "./TotpCodes.ts";

export interface SecondFactorsPorts {
  readonly accounts: Pick<Accounts, "load" | "send">;
  readonly hasher: PasswordHasher;
  readonly failed: FailedSignIns;
  readonly codes: TotpCodes;
}

/** Whoever changes its own second factor, and from where. */
export interface FactorOwner {
  readonly accountId: string;
  readonly actor: Actor;
  readonly address: string;
}

/** What somebody gives to prove who it is: its password, or a code. */
export interface GivenProof {
  readonly password?: string;
  readonly code?: string;
}

const WRONG_PASSWORD = "the password is wrong";
const WRONG_CODE = "the code is wrong, used or too old";

const wrong = (message: string) => new ApiFailure("invalid_credentials", message);

/** Adding a second factor to an account and taking it away. Methods throw ApiFailure or StoreUnavailable. */
export class SecondFactors {
  readonly #ports: SecondFactorsPorts;

  constructor(ports: SecondFactorsPorts) {
    this.#ports = ports;
  }

  /** A secret for an authenticator; it counts from when {@link confirm} was given one of its codes. */
  async enrol(owner: FactorOwner, password: string | undefined): Promise<NewTotpSecret> {
    const account = await this.#account(owner);
    if (account.password) await this.#provePassword(owner, account, password);
    const secret = this.#ports.codes.newSecret(account);
    await this.#send(owner, { type: "EnrolTotp", sealed: secret.sealed });
    return secret;
  }

  /** Puts the second factor in force. Returns the recovery codes, which are shown this once. */
  async confirm(owner: FactorOwner, code: string): Promise<ReadonlyArray<string>> {
    const { failed, codes } = this.#ports;
    const { totp } = await this.#account(owner);
    if (!totp || totp.confirmed)
      throw new ApiFailure("conflict", "there is no second factor to confirm; enrol one first");
    const found = await failed.attempt(ofAccount(owner.accountId, owner.address), async () => {
      const factor = codes.read(totp, code);
      if (factor?.kind !== "totp") throw wrong(WRONG_CODE);
      return factor;
    });
    const recovery = codes.newRecoveryCodes();
    const { sealed, step } = found;
    await this.#send(owner, { type: "ConfirmTotp", sealed, step, recoveryCodes: recovery.hashes });
    return recovery.codes;
  }

  /** Takes the second factor away, from who knows the password or has a code. */
  async remove(owner: FactorOwner, { password, code }: GivenProof): Promise<void> {
    if (password === undefined && code === undefined)
      throw new ApiFailure("invalid_request", "give the password of this account, or a code");
    const account = await this.#account(owner);
    if (!account.totp) throw new ApiFailure("conflict", "this account has no second factor");
    const proof =
      code === undefined || password !== undefined
        ? { passwordHash: await this.#provePassword(owner, account, password) }
        : await this.#proveCode(owner, account, code);
    await this.#send(owner, { type: "RemoveTotp", proof });
  }

  /** The same for an operator, when somebody has lost its authenticator and its recovery codes. */
  reset(accountId: string, actor: Actor): Promise<void> {
    return this.#ports.accounts.send(accountId, actor, { type: "RemoveTotp" });
  }

  /** The hash that the password was verified against. */
  #provePassword(owner: FactorOwner, account: AccountState, password: string | undefined): Promise<string> {
    const { hasher, failed } = this.#ports;
    if (password === undefined)
      throw new ApiFailure("invalid_request", "the password of this account is needed: give password");
    return failed.attempt(ofAccount(owner.accountId, owner.address), async () => {
      const hash = account.password?.hash ?? hasher.decoy;
      if (!(await hasher.verify(hash, password))) throw wrong(WRONG_PASSWORD);
      return hash;
    });
  }

  #proveCode(owner: FactorOwner, { totp }: AccountState, code: string): Promise<SecondFactor> {
    const { failed, codes } = this.#ports;
    return failed.attempt(ofAccount(owner.accountId, owner.address), async () => {
      const factor = codes.read(totp!, code);
      if (!factor) throw wrong(WRONG_CODE);
      return factor;
    });
  }

  async #account({ accountId }: FactorOwner): Promise<AccountState> {
    const account = await this.#ports.accounts.load(accountId);
    if (!account) throw new ApiFailure("not_found", "there is no such account");
    return account;
  }

  #send({ accountId, actor }: FactorOwner, command: Parameters<Accounts["send"]>[2]): Promise<void> {
    return this.#ports.accounts.send(accountId, actor, command);
  }
}
