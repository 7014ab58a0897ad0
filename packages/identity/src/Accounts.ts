import type { CommandReply } from "@clickclack/eventsourcing/CommandReply";
import type { CommandEnvelope } from "@clickclack/eventsourcing/Decider";
import type { Actor } from "@clickclack/protocol/events/Envelope";
import type { CredentialKind, IdentityEvent, UserKind } from "@clickclack/protocol/events/IdentityEvents";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { Scope } from "@clickclack/protocol/http/Scopes";
import { newId } from "@clickclack/protocol/Ids";
import type { AccountCommand, AccountState } from "./account/Account.ts";
import { handleFrom, isHandle } from "./account/handleFrom.ts";
import { claimName, type ClaimPorts } from "./claimName.ts";
import { mintToken, parseToken, type TokenPrefix } from "./credential/Token.ts";

/** Handles tried with a number behind before giving up on a popular name. */
const HANDLE_ATTEMPTS = 50;
/** How often an account that somebody else creates at the same time is looked for. */
const FIND_ATTEMPTS = 40;
const FIND_EVERY_MS = 25;

const SESSION_MS = 30 * 24 * 3_600_000;
const MAGIC_LINK_MS = 15 * 60_000;

export interface AccountsPorts extends ClaimPorts {
  readonly send: (envelope: CommandEnvelope<AccountCommand>) => Promise<CommandReply<IdentityEvent>>;
}

export interface NewAccount {
  readonly kind: UserKind;
  readonly displayName: string;
  readonly handle?: string;
  readonly email?: string;
  /** Of a bot: the person who answers for it. */
  readonly ownerUserId?: string;
}

export interface NewBotToken {
  readonly name: string;
  readonly scopes: ReadonlyArray<Scope>;
  /** The one workspace that it opens. */
  readonly workspaceId: string;
}

/** A credential as it is handed out, once. */
export interface IssuedToken {
  readonly credentialId: string;
  readonly token: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
}

/** Creating accounts and handing out what opens them. Methods throw ApiFailure with a public code, or StoreUnavailable. */
export class Accounts {
  readonly #ports: AccountsPorts;

  constructor(ports: AccountsPorts) {
    this.#ports = ports;
  }

  /** Creates an account; 409 when the email or an explicit handle is taken. Returns its id. */
  async create(account: NewAccount, actor: Actor): Promise<string> {
    const id = newId("usr");
    const email = account.email === undefined ? undefined : normalizeEmail(account.email);
    if (email !== undefined && !(await claimName(this.#ports, "email", email, id))) {
      throw new ApiFailure("conflict", "this email belongs to an account already");
    }
    const handle = await this.#claimHandle(account, id);
    const { kind, displayName, ownerUserId } = account;
    await this.#send(id, actor, {
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
    const reservation = await this.#ports.reservations.find("email", normalizeEmail(email));
    return reservation && this.#ports.load(reservation.holder);
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

  /** A session of 30 days, for somebody who proved in some way to be this person. */
  openSession(accountId: string): Promise<IssuedToken> {
    return this.#issue(accountId, { user_id: accountId }, "session", "cct", { expiresIn: SESSION_MS });
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
    await this.#send(accountId, actor, { type: "RevokeCredential", credentialId });
  }

  async deactivate(accountId: string, actor: Actor): Promise<void> {
    await this.#send(accountId, actor, { type: "DeactivateAccount" });
  }

  /** Uses a one-time link up and opens a session of 30 days; 400 when it is unknown, used or expired. */
  async consumeMagicLink(token: string): Promise<IssuedToken & { readonly accountId: string }> {
    const parsed = parseToken(token);
    if (parsed?.prefix !== "mgt")
      throw new ApiFailure("invalid_request", "this link is unknown, used or expired");
    const { accountId, hash } = parsed;
    const session = mintCredential(accountId, "session", "cct", { expiresIn: SESSION_MS });
    const actor = { user_id: accountId };
    try {
      await this.#send(accountId, actor, { type: "ConsumeMagicLink", hash, session: session.credential });
    } catch (failure) {
      // Which of these it was is nobody's business who holds no good link.
      if (failure instanceof ApiFailure && failure.status < 500) {
        throw new ApiFailure("invalid_request", "this link is unknown, used or expired");
      }
      throw failure;
    }
    return { ...session.issued, accountId };
  }

  async #issue(
    accountId: string,
    actor: Actor,
    kind: CredentialKind,
    prefix: TokenPrefix,
    options: MintOptions,
  ): Promise<IssuedToken> {
    const { credential, issued } = mintCredential(accountId, kind, prefix, options);
    await this.#send(accountId, actor, { type: "IssueCredential", ...credential });
    return issued;
  }

  async #claimHandle(account: NewAccount, id: string): Promise<string> {
    if (account.handle !== undefined) {
      const handle = account.handle.replace(/^@/, "").toLowerCase();
      if (!isHandle(handle))
        throw new ApiFailure("invalid_request", "a handle is 2 to 32 of a-z, 0-9, _ and -");
      if (await claimName(this.#ports, "handle", handle, id)) return handle;
      throw new ApiFailure("name_taken", "this handle is taken");
    }
    const base = handleFrom(account.displayName || (account.email ?? "").split("@")[0]!);
    for (let n = 1; n <= HANDLE_ATTEMPTS; n++) {
      const handle = n === 1 ? base : `${base}-${n}`;
      if (await claimName(this.#ports, "handle", handle, id)) return handle;
    }
    const handle = `${base.slice(0, 16)}-${id.slice(-8)}`;
    await claimName(this.#ports, "handle", handle, id);
    return handle;
  }

  async #send(aggregate: string, actor: Actor, command: AccountCommand): Promise<void> {
    const id = newId("cmd");
    const envelope = { id, aggregate, at: new Date().toISOString(), actor, correlation_id: id, command };
    const reply = await this.#ports.send(envelope);
    if (reply._tag === "Accepted") return;
    if (reply._tag === "Rejected") throw ApiFailure.of(reply.rejection);
    throw new ApiFailure(
      "unavailable",
      reply._tag === "Unavailable" ? reply.message : "no worker is available",
    );
  }
}

interface MintOptions extends Partial<NewBotToken> {
  /** Milliseconds. */
  readonly expiresIn?: number;
}

const mintCredential = (
  accountId: string,
  kind: CredentialKind,
  prefix: TokenPrefix,
  { expiresIn, ...about }: MintOptions,
) => {
  const { token, hash } = mintToken(prefix, accountId);
  const now = Date.now();
  const credentialId = newId(CREDENTIAL_ID[kind], now);
  const createdAt = new Date(now).toISOString();
  const expiry = expiresIn === undefined ? {} : { expiresAt: new Date(now + expiresIn).toISOString() };
  return {
    credential: { credentialId, kind, hash, ...about, ...expiry },
    issued: { credentialId, token, createdAt, ...expiry } satisfies IssuedToken,
  };
};

const CREDENTIAL_ID = { session: "ses", token: "btok", magic_link: "mgt" } as const;

/** Emails are compared without regard to case. */
export const normalizeEmail = (email: string): string => email.trim().toLowerCase();
