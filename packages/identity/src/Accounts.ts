import type { Actor } from "@clickclack/protocol/events/Envelope";
import type { CredentialKind, UserKind } from "@clickclack/protocol/events/IdentityEvents";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { newId } from "@clickclack/protocol/Ids";
import type { AccountCommand, AccountState } from "./account/Account.ts";
import { readDisplayName } from "./account/displayName.ts";
import { callsEverybody, handleFrom, requireHandle } from "./account/handleFrom.ts";
import { type LinkedIdentity, subjectKey } from "./account/LinkedIdentity.ts";
import type { SessionAbout } from "./account/Sessions.ts";
import {
  type IssuedToken,
  mintCredential,
  type MintOptions,
  mintSession,
  type NewBotToken,
} from "./credential/mintCredential.ts";
import type { TokenPrefix } from "./credential/Token.ts";
import { isMailAddress } from "./mail/Mailer.ts";
import { Names, type NamesPorts } from "./Names.ts";
import { type SendEnvelope, sendAccountCommand } from "./sendAccountCommand.ts";

export type { IssuedToken, NewBotToken } from "./credential/mintCredential.ts";

/** Handles tried with a number behind before giving up on a popular name. */
const HANDLE_ATTEMPTS = 50;
/** How often an account that somebody else creates at the same time is looked for. */
const FIND_ATTEMPTS = 40;
const FIND_EVERY_MS = 25;

/** How long a one-time link is good. */
export const MAGIC_LINK_MS = 15 * 60_000;

export interface AccountsPorts extends NamesPorts {
  readonly send: SendEnvelope;
}

export interface NewAccount {
  /** A fresh id, where whoever creates the account has to know it before. */
  readonly id?: string;
  readonly kind: UserKind;
  readonly displayName: string;
  readonly handle?: string;
  readonly email?: string;
  /** Of a bot: the person who answers for it. */
  readonly ownerUserId?: string;
}

/** Creating accounts and handing out what opens them. Methods throw ApiFailure with a public code, or StoreUnavailable. */
export class Accounts {
  readonly #ports: AccountsPorts;
  readonly #names: Names;

  constructor(ports: AccountsPorts) {
    this.#ports = ports;
    this.#names = new Names(ports);
  }

  /** Creates an account; 400 for a name that nobody may have, 409 when the email or an explicit handle is taken. Returns its id. */
  async create(account: NewAccount, actor: Actor): Promise<string> {
    const id = account.id ?? newId("usr");
    const displayName = readDisplayName(account.displayName);
    const email = account.email === undefined ? undefined : readEmail(account.email);
    const wanted = account.handle === undefined ? undefined : requireHandle(account.handle);
    const claim = email === undefined ? undefined : await this.#names.claim("email", email, id);
    if (email !== undefined && !claim) {
      throw new ApiFailure("conflict", "this email belongs to an account already");
    }
    const handle =
      wanted === undefined ? await this.#findHandle(account, id) : await this.#claimHandle(wanted, id);
    if (handle === undefined) {
      // Whoever comes again with another handle must not find the email taken.
      await this.#names.giveUp(id, [claim]);
      throw new ApiFailure("name_taken", "this handle is taken");
    }
    const { kind, ownerUserId } = account;
    await this.send(id, actor, {
      type: "CreateAccount",
      kind,
      displayName,
      handle,
      ...(email !== undefined && { email }),
      ...(ownerUserId !== undefined && { ownerUserId }),
    });
    return id;
  }

  /** The account that holds an email, if it was created. */
  async findByEmail(email: string): Promise<AccountState | undefined> {
    const wanted = normalizeEmail(email);
    const reservation = await this.#ports.reservations.find("email", wanted);
    const account = reservation && (await this.#ports.load(reservation.holder));
    // One that was deleted just now may not have given its email up yet.
    return account?.email === wanted ? account : undefined;
  }

  /** The account that somebody's account at a provider opens. */
  async findByIdentity({ issuer, subject }: Pick<LinkedIdentity, "issuer" | "subject">) {
    const reservation = await this.#ports.reservations.find("subject", subjectKey({ issuer, subject }));
    const account = reservation && (await this.#ports.load(reservation.holder));
    // One that was deleted just now may not have given it up yet.
    return account?.deleted ? undefined : account;
  }

  /** Lets somebody's account at a provider open an account from now on; 409 when it opens another one. */
  async link(accountId: string, { provider, issuer, subject }: LinkedIdentity, actor: Actor): Promise<void> {
    const claim = await this.#names.claimAnew("subject", subjectKey({ issuer, subject }), accountId);
    if (!claim) throw new ApiFailure("conflict", "this account of the provider is linked to somebody else's");
    try {
      await this.send(accountId, actor, { type: "LinkIdentity", provider, issuer, subject });
    } catch (failure) {
      const refused = failure instanceof ApiFailure && failure.status < 500;
      if (refused) await this.#names.giveUp(accountId, [claim]);
      throw failure;
    }
  }

  /** Id of whoever has an email or a handle, with or without its `@`; the account need not be there yet. */
  async holderOf(name: string): Promise<string | undefined> {
    const [kind, key] = normalizeName(name);
    return (await this.#ports.reservations.find(kind, key))?.holder;
  }

  /** An account's state, current as of now; undefined when there is none. */
  load(accountId: string): Promise<AccountState | undefined> {
    return this.#ports.load(accountId);
  }

  /** The account that holds an email, made now if there is none. */
  async findOrCreate(account: NewAccount & { readonly email: string }, actor: Actor): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const existing = await this.findByEmail(account.email);
      if (existing) return existing.id;
      try {
        return await this.create(account, actor);
      } catch (failure) {
        // Somebody else creates the very same account right now: theirs will be there in a moment.
        const rival = failure instanceof ApiFailure && failure.code === "conflict";
        if (!rival || attempt === FIND_ATTEMPTS) throw failure;
        await new Promise((resume) => setTimeout(resume, FIND_EVERY_MS));
      }
    }
  }

  /** A one-time link's token, good for 15 minutes. */
  issueMagicLink(accountId: string, actor: Actor): Promise<IssuedToken> {
    return this.#issue(accountId, actor, "magic_link", "mgt", { expiresIn: MAGIC_LINK_MS });
  }

  /** A session of 30 days, for somebody who proved in some way to be this person; sessions of it that are over are ended. */
  async openSession(accountId: string, about: SessionAbout = {}): Promise<IssuedToken> {
    const { credential, issued } = mintSession(accountId, about);
    await this.send(accountId, { user_id: accountId }, { type: "IssueCredential", ...credential });
    return issued;
  }

  /** An access token with a name that tells its owner what it is for; good for ever unless `expiresIn` (ms) says otherwise. */
  issueToken(
    accountId: string,
    name: string,
    actor: Actor,
    options: { readonly expiresIn?: number } = {},
  ): Promise<IssuedToken> {
    return this.#issue(accountId, actor, "token", "cct", { name, ...options });
  }

  /** A token of a bot, for one workspace and what its scopes say; it begins with `ccb_`. */
  issueBotToken(botId: string, token: NewBotToken, actor: Actor): Promise<IssuedToken> {
    return this.#issue(botId, actor, "token", "ccb", token);
  }

  async revoke(accountId: string, credentialId: string, actor: Actor): Promise<void> {
    await this.send(accountId, actor, { type: "RevokeCredential", credentialId });
  }

  async deactivate(accountId: string, actor: Actor): Promise<void> {
    await this.send(accountId, actor, { type: "DeactivateAccount" });
  }

  /** Ends a session (404 for any other credential), or, without an id, all sessions but `keep`. */
  async revokeSessions(
    accountId: string,
    which: { readonly sessionId: string } | { readonly keep: string | undefined },
    actor: Actor,
  ): Promise<void> {
    const command =
      "sessionId" in which
        ? ({ type: "RevokeCredential", kind: "session", credentialId: which.sessionId } as const)
        : ({ type: "RevokeSessions", ...(which.keep !== undefined && { keep: which.keep }) } as const);
    await this.send(accountId, actor, command);
  }

  /** Ends the sessions whose time is over, or that were not used since `unusedSince`. */
  async endIdleSessions(accountId: string, unusedSince: string | undefined): Promise<void> {
    const command = { type: "EndIdleSessions", ...(unusedSince !== undefined && { unusedSince }) } as const;
    await this.send(accountId, { user_id: accountId }, command);
  }

  /** Writes down that a session was in use; `usedAt` is RFC 3339. */
  async useSession(accountId: string, credentialId: string, usedAt: string): Promise<void> {
    const actor = { user_id: accountId, credential_id: credentialId };
    await this.send(accountId, actor, { type: "UseSession", credentialId, usedAt });
  }

  /** Takes an access token back; 404 for any other credential. */
  async revokeToken(accountId: string, tokenId: string, actor: Actor): Promise<void> {
    await this.send(accountId, actor, { type: "RevokeCredential", kind: "token", credentialId: tokenId });
  }

  /** Sends a command to an account. */
  async send(accountId: string, actor: Actor, command: AccountCommand): Promise<void> {
    await sendAccountCommand(this.#ports.send, accountId, actor, command);
  }

  async #issue(
    accountId: string,
    actor: Actor,
    kind: CredentialKind,
    prefix: TokenPrefix,
    options: MintOptions,
  ): Promise<IssuedToken> {
    const { credential, issued } = mintCredential(accountId, kind, prefix, options);
    const command = { type: "IssueCredential", ...credential } as const;
    // Lists tell the very time that whoever gets it was told.
    await sendAccountCommand(this.#ports.send, accountId, actor, command, issued.createdAt);
    return issued;
  }

  async #claimHandle(handle: string, id: string): Promise<string | undefined> {
    return (await this.#names.claim("handle", handle, id)) && handle;
  }

  /** Claims a handle that is made of the account's name. */
  async #findHandle(account: NewAccount, id: string): Promise<string> {
    const base = handleFrom(account.displayName || (account.email ?? "").split("@")[0]!);
    for (let n = 1; n <= HANDLE_ATTEMPTS; n++) {
      const handle = n === 1 ? base : `${base}-${n}`;
      if (!callsEverybody(handle) && (await this.#names.claim("handle", handle, id))) return handle;
    }
    const handle = `${base.slice(0, 16)}-${id.slice(-8)}`;
    await this.#names.claim("handle", handle, id);
    return handle;
  }
}

/** What somebody typed as its email or handle, as it is looked for. */
export const normalizeName = (typed: string): readonly [kind: "email" | "handle", key: string] => {
  const name = typed.trim();
  return /^.+@/.test(name)
    ? ["email", normalizeEmail(name)]
    : ["handle", name.replace(/^@/, "").toLowerCase()];
};

/** Emails are compared without regard to case, and to how the same letters are put together. */
export const normalizeEmail = (email: string): string => email.trim().toLowerCase().normalize("NFC");

/** An email in its one spelling, for an account to have: mail can be sent there. Throws ApiFailure, 400. */
export const readEmail = (text: string): string => {
  const email = normalizeEmail(text);
  if (isMailAddress(email)) return email;
  const rule = "an email is one plain address, such as ann@example.com";
  throw new ApiFailure("invalid_request", rule, { issues: [{ path: "email", message: rule }] });
};
