import { nameFromEmail } from "@clickclack/identity/account/displayName";
import type { Accounts } from "@clickclack/identity/Accounts";
import { MAGIC_LINK_MS, normalizeEmail } from "@clickclack/identity/Accounts";
import type { AccountState } from "@clickclack/identity/account/Account";
import type { SignUp } from "@clickclack/identity/federation/SignUp";
import { isMailAddress, type Mailer } from "@clickclack/identity/mail/Mailer";
import { signInMail } from "@clickclack/identity/mail/signInMail";
import type { Allowance, Throttle } from "@clickclack/eventsourcing/Throttle";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { MagicLink } from "@clickclack/protocol/http/AuthGroup";
import { newId } from "@clickclack/protocol/Ids";
import type { GatewayLog } from "../GatewayServices.ts";

/** Mails that one inbox gets: five at once, then one in twelve minutes. */
const PER_EMAIL: Allowance = { burst: 5, everyMs: 12 * 60_000 };
/** Links that one address may ask for: an office behind one address comes through, a list of inboxes does not. */
const PER_ADDRESS: Allowance = { burst: 20, everyMs: 3 * 60_000 };
/** Links that are on their way to the mail server; each waits for no longer than that server may take. */
const MAX_PENDING = 200;

const VISITOR = { user_id: "visitor" };

export interface MailedLinksPorts {
  readonly accounts: Accounts;
  readonly signUp: SignUp;
  readonly mailer: Mailer;
  readonly throttle: Throttle;
  readonly log: GatewayLog;
}

export interface WantedLink {
  readonly email: string;
  readonly displayName?: string;
  readonly inviteCode?: string;
  /** Where it is asked from: what is counted by. */
  readonly address: string;
  /** Where the sign-in page is. */
  readonly base: string;
}

/** Mails one-time links. Whoever asks learns nothing of who has an account: neither from the answer nor from its time. */
export class MailedLinks {
  readonly #ports: MailedLinksPorts;
  #pending = 0;

  constructor(ports: MailedLinksPorts) {
    this.#ports = ports;
  }

  /** The answer to whoever asks; what there is to send is sent later. Throws 400, 429 or 503. */
  async ask(wanted: WantedLink): Promise<MagicLink> {
    const email = normalizeEmail(wanted.email);
    if (!isMailAddress(email)) throw new ApiFailure("invalid_request", "mail cannot be sent to this address");
    await this.#take(`mailed-link from ${wanted.address}`, PER_ADDRESS);
    await this.#take(`mailed-link to ${email}`, PER_EMAIL);
    if (this.#pending >= MAX_PENDING)
      throw new ApiFailure("unavailable", "too much mail is being sent right now; try again in a minute");
    this.#pending++;
    void this.#deliver(email, wanted)
      .catch((error: unknown) =>
        this.#ports.log.error({ reason: reasonOf(error) }, "a link could not be mailed"),
      )
      .finally(() => this.#pending--);
    const now = Date.now();
    return {
      id: newId("mgt", now),
      email,
      display_name: wanted.displayName ?? nameFromEmail(email),
      created_at: new Date(now).toISOString(),
      expires_at: new Date(now + MAGIC_LINK_MS).toISOString(),
    };
  }

  async #deliver(email: string, wanted: WantedLink): Promise<void> {
    const { accounts, mailer } = this.#ports;
    const account = (await accounts.findByEmail(email)) ?? (await this.#signUp(email, wanted));
    if (!account?.active || account.kind !== "human" || account.email === undefined) return;
    const { token } = await accounts.issueMagicLink(account.id, VISITOR);
    // Behind the hash: browsers send that part to no server, so it is in nobody's log.
    const { inviteCode } = wanted;
    const page =
      inviteCode === undefined ? "/sign-in" : `/sign-in?return_to=/invite/${encodeURIComponent(inviteCode)}`;
    const url = `${wanted.base}${page}#token=${token}`;
    const { displayName } = account;
    await mailer.send(
      signInMail({ email: account.email, displayName, url, minutes: MAGIC_LINK_MS / 60_000 }),
    );
  }

  async #signUp(email: string, { displayName, inviteCode }: WantedLink): Promise<AccountState | undefined> {
    const { accounts, signUp } = this.#ports;
    if (!(await signUp.admits(inviteCode))) return undefined;
    const account = { kind: "human", displayName: displayName ?? nameFromEmail(email), email } as const;
    await accounts.findOrCreate(account, VISITOR);
    return accounts.findByEmail(email);
  }

  async #take(key: string, allowance: Allowance): Promise<void> {
    const turn = await this.#ports.throttle.take(key, allowance);
    if (turn._tag === "Granted") return;
    const seconds = String(Math.ceil(turn.retryAfterMs / 1_000));
    throw new ApiFailure("too_many_requests", "too many links were asked for; try again later", {
      headers: { "Retry-After": seconds },
    });
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : "unknown");
