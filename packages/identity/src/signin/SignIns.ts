import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { ErrorCode } from "@clickclack/protocol/http/ErrorCodes";
import { type AccountCommand, type AccountState, goodLink } from "../account/Account.ts";
import { WRONG_CREDENTIALS } from "../account/Password.ts";
import type { SessionAbout } from "../account/Sessions.ts";
import type { SecondFactor } from "../account/Totp.ts";
import { type Accounts, normalizeName } from "../Accounts.ts";
import { type IssuedToken, mintSession } from "../credential/mintCredential.ts";
import { parseToken } from "../credential/Token.ts";
import type { PasswordHasher } from "../password/PasswordHasher.ts";
import type { TotpCodes } from "../totp/TotpCodes.ts";
import { type FailedSignIns, ofAccount, ofAddress } from "./FailedSignIns.ts";

export interface SignInsPorts {
  readonly accounts: Pick<Accounts, "holderOf" | "load" | "send">;
  readonly hasher: PasswordHasher;
  readonly failed: FailedSignIns;
  readonly codes: TotpCodes;
}

/** What comes along with every attempt. */
interface Attempt {
  /** Where it is made from: what attempts are counted by. */
  readonly address: string;
  /** Of the second factor. */
  readonly code?: string;
  /** What is told of the client that makes it. */
  readonly about?: SessionAbout;
}

export interface PasswordAttempt extends Attempt {
  /** An email, or a handle with or without its `@`. */
  readonly identifier: string;
  readonly password: string;
}

/** A session that was opened, and whose it is. */
export type OpenedSession = IssuedToken & { readonly accountId: string };

/** Looked for in place of an account that is not there, so that it takes as long. */
const NOBODY = "usr_00000000000000000000000000";
/** What tells something to who got as far as this: the rest is all one. */
const TOLD: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["second_factor_required", "too_many_requests"]);

const wrongCredentials = () => new ApiFailure("invalid_credentials", WRONG_CREDENTIALS);
/** Which of these it was is nobody's business who holds no good link. */
const badLink = () => new ApiFailure("invalid_request", "this link is unknown, used or expired");

/** Opens sessions for people who prove who they are. Methods throw ApiFailure or StoreUnavailable. */
export class SignIns {
  readonly #ports: SignInsPorts;

  constructor(ports: SignInsPorts) {
    this.#ports = ports;
  }

  /**
   * By a name and a password: 401 with the same text, after the same work, whatever was wrong; 429 when it was too
   * often.
   */
  async byPassword(attempt: PasswordAttempt): Promise<OpenedSession> {
    const { accounts, failed } = this.#ports;
    const { identifier, address } = attempt;
    const holder = await accounts.holderOf(identifier);
    const counters = [
      ...ofAddress(address),
      ...ofAccount(holder ?? normalizeName(identifier).join(" "), address),
    ];
    return failed.attempt(counters, async () => this.#openByPassword(await this.#find(holder), attempt));
  }

  /**
   * By a one-time link, which is used up: 400 when it is unknown, used or expired; 401 when its account asks for a code
   * too, in which case it stays good.
   */
  byMagicLink(token: string, { address, code, about }: Attempt): Promise<OpenedSession> {
    const { accounts, failed } = this.#ports;
    return failed.attempt(ofAddress(address), async () => {
      const parsed = parseToken(token);
      if (parsed?.prefix !== "mgt") throw badLink();
      const { accountId, hash } = parsed;
      const account = await accounts.load(accountId);
      const link = account?.active && goodLink(account, hash, new Date().toISOString());
      if (!account || !link) throw badLink();
      const open = (secondFactor?: SecondFactor) =>
        this.#open(accountId, about, badLink, (session) => ({
          type: "ConsumeMagicLink",
          hash,
          session,
          ...(secondFactor && { secondFactor }),
        }));
      if (code === undefined) return open();
      return failed.attempt(ofAccount(accountId, address), async () => open(this.#read(account, code)));
    });
  }

  #find(holder: string | undefined): Promise<AccountState | undefined> {
    return this.#ports.accounts.load(holder ?? NOBODY);
  }

  async #openByPassword(
    account: AccountState | undefined,
    { password, code, about }: PasswordAttempt,
  ): Promise<OpenedSession> {
    const { hasher } = this.#ports;
    const enrolled = account?.active ? account.password?.hash : undefined;
    const right = await hasher.verify(enrolled ?? hasher.decoy, password);
    if (!account || enrolled === undefined || !right) throw wrongCredentials();
    const secondFactor = code === undefined ? undefined : this.#read(account, code);
    const rehashed = hasher.isOutdated(enrolled) ? await hasher.hash(password) : undefined;
    return this.#open(account.id, about, wrongCredentials, (session) => ({
      type: "SignIn",
      passwordHash: enrolled,
      session,
      ...(secondFactor && { secondFactor }),
      ...(rehashed !== undefined && { rehashed }),
    }));
  }

  /** What a code is to an account; undefined where none is asked for. */
  #read({ totp }: AccountState, code: string): SecondFactor | undefined {
    if (!totp?.confirmed) return undefined;
    const factor = this.#ports.codes.read(totp, code);
    if (!factor) throw wrongCredentials();
    return factor;
  }

  async #open(
    accountId: string,
    about: SessionAbout | undefined,
    refused: () => ApiFailure,
    command: (session: ReturnType<typeof mintSession>["credential"]) => AccountCommand,
  ): Promise<OpenedSession> {
    const { credential, issued } = mintSession(accountId, about);
    try {
      await this.#ports.accounts.send(accountId, { user_id: accountId }, command(credential));
    } catch (failure) {
      const { code, status } = failure instanceof ApiFailure ? failure : { code: undefined, status: 500 };
      if (status >= 500 || (code !== undefined && TOLD.has(code))) throw failure;
      throw code === "invalid_credentials" ? wrongCredentials() : refused();
    }
    return { ...issued, accountId };
  }
}
