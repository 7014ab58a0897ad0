import type { Actor } from "@clickclack/protocol/events/Envelope";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { AccountState } from "../account/Account.ts";
import type { Accounts } from "../Accounts.ts";
import { type FailedSignIns, ofAccount } from "../signin/FailedSignIns.ts";
import type { PasswordHasher } from "./PasswordHasher.ts";
import { requireStrong } from "./requireStrong.ts";

export interface PasswordsPorts {
  readonly accounts: Pick<Accounts, "load" | "send">;
  readonly hasher: PasswordHasher;
  readonly failed: FailedSignIns;
}

export interface PasswordChange {
  readonly accountId: string;
  readonly actor: Actor;
  /** Where it is made from: what wrong passwords are counted by. */
  readonly address: string;
  /** Needed where there is one. */
  readonly current?: string;
  readonly next: string;
}

/**
 * Setting passwords. With it end all other sessions and the one-time links of the account, in the same commit; named
 * access tokens stay. Methods throw ApiFailure or StoreUnavailable.
 */
export class Passwords {
  readonly #ports: PasswordsPorts;

  constructor(ports: PasswordsPorts) {
    this.#ports = ports;
  }

  /** By its owner, whose own session stays. 401 for a wrong current password, 429 when that was too often. */
  async change({ accountId, actor, address, current, next }: PasswordChange): Promise<void> {
    const { accounts, hasher } = this.#ports;
    const account = await this.#account(accountId);
    requireStrong(next, account, current);
    const enrolled = account.password?.hash;
    if (enrolled !== undefined) await this.#verify({ accountId, address }, enrolled, current);
    await accounts.send(accountId, actor, {
      type: "SetPassword",
      hash: await hasher.hash(next),
      current: enrolled ?? null,
      ...(actor.credential_id !== undefined && { keep: actor.credential_id }),
    });
  }

  /** By an operator, who need not know the current one; every session ends. */
  async set(accountId: string, next: string, actor: Actor): Promise<void> {
    const { accounts, hasher } = this.#ports;
    const account = await this.#account(accountId);
    if (account.kind === "bot") throw new ApiFailure("not_allowed_for_bots", "bots have no password");
    requireStrong(next, account);
    await accounts.send(accountId, actor, { type: "SetPassword", hash: await hasher.hash(next) });
  }

  /** Throws unless `password` is the account's: 400 where it is absent, 401 or 429 as {@link change} does. False where it has none. */
  async prove(
    { accountId, address }: Pick<PasswordChange, "accountId" | "address">,
    password: string | undefined,
  ): Promise<boolean> {
    const enrolled = (await this.#account(accountId)).password?.hash;
    if (enrolled === undefined) return false;
    await this.#verify({ accountId, address }, enrolled, password, "password");
    return true;
  }

  async #verify(
    { accountId, address }: Pick<PasswordChange, "accountId" | "address">,
    enrolled: string,
    current: string | undefined,
    field = "current_password",
  ): Promise<void> {
    const { hasher, failed } = this.#ports;
    if (current === undefined)
      throw new ApiFailure("invalid_request", `the current password is needed: give ${field}`);
    await failed.attempt(ofAccount(accountId, address), async () => {
      if (await hasher.verify(enrolled, current)) return;
      throw new ApiFailure("invalid_credentials", "the current password is wrong");
    });
  }

  async #account(accountId: string): Promise<AccountState> {
    const account = await this.#ports.accounts.load(accountId);
    if (!account) throw new ApiFailure("not_found", "there is no such account");
    return account;
  }
}
