import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { newId } from "@clickclack/protocol/Ids";
import { readHandle } from "@clickclack/identity/account/handleFrom";
import type { AccountState } from "@clickclack/identity/account/Account";
import type { Reservations } from "@clickclack/eventsourcing/Reservations";
import type { Caller } from "../../../authentication/Caller.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import type { WorkspaceReplica } from "../../../replica/WorkspaceReplica.ts";
import type { IrcSettings } from "../IrcSettings.ts";
import type { Shape } from "../model/jsonShapes.ts";
import type { Names } from "../../../rooms/Names.ts";
import { foldName, isNick } from "../../../rooms/nick.ts";
import { motdReplies, replyMessage } from "../model/numerics.ts";
import { extraPlace } from "../queue/queueIds.ts";
import { refuse } from "../refusals.ts";
import type { Membership } from "../../../rooms/Membership.ts";
import type { PasswordAttempt, Passwords } from "./passwords.ts";
import type { ClientRecord, SessionRecord } from "./records.ts";
import type { SessionStore } from "./SessionStore.ts";

/** Who holds a nick that was registered with a password, also while nobody is here by it. */
export const REGISTERED_NICK = "irc-nick";
/** Somebody who is not signed in yet acts for nobody. */
const VISITOR = { user_id: "visitor" };
const TOKEN_NAME = "IRC over HTTP";
/** Passwords over IRC; the contract's bound. */
const MIN_PASSWORD = 8;

export interface SessionsPorts {
  readonly context: GatewayContext;
  readonly settings: IrcSettings;
  readonly store: SessionStore;
  readonly names: Names;
  readonly membership: Membership;
  readonly passwords: Passwords;
}

/** A client that was just opened. */
export interface Opened {
  readonly accountId: string;
  readonly clientId: string;
  readonly nick: string;
  /** Absent for a client that is a connection. */
  readonly token?: string;
}

export interface NewClient {
  readonly kind: ClientRecord["kind"];
  readonly shape: Shape;
}

/** Coming over IRC: sessions of people, each with its clients. Methods throw IrcRefusal, ApiFailure or StoreUnavailable. */
export class Sessions {
  readonly #ports: SessionsPorts;
  readonly #reservations: Reservations;

  constructor(ports: SessionsPorts) {
    this.#ports = ports;
    this.#reservations = ports.context.services.reservations;
  }

  /** Takes a free nick, with a password to come back by or without one, and opens its first client. */
  async register(nick: string, password: string | undefined, client: NewClient): Promise<Opened> {
    const { settings, store, membership, passwords } = this.#ports;
    if (!settings.open())
      throw refuse.forbidden("this server takes no registrations; sign in with an account");
    if (!isNick(nick)) throw refuse.badNick(nick);
    if (password !== undefined && password.length < MIN_PASSWORD)
      throw refuse.badRequest(`a password has at least ${MIN_PASSWORD} characters`);
    const workspaceId = await membership.workspaceId();
    const id = newId("usr");
    if (await this.holderOf(nick)) throw refuse.nickTaken(nick);
    const session = this.#freshSession(nick, password !== undefined);
    // Written first: what is left of a registration that is cut short is found by it, and given back.
    await store.putSession(id, session);
    try {
      await this.#createAccount(id, nick);
      if (password !== undefined) await passwords.set(id, password);
    } catch (error) {
      await store.changeSession(id, (current) => ({ ...current, password: false }));
      await this.endIfEmpty(id, "");
      throw error instanceof ApiFailure && error.code === "name_taken" ? refuse.nickTaken(nick) : error;
    }
    if (password !== undefined) await this.#registerNick(nick, id);
    await membership.add(workspaceId, id, nick);
    return this.#open(id, session, client);
  }

  /** Opens another client of whoever has this nick or email and password; 401 for whatever of it is wrong. */
  async login(attempt: Omit<PasswordAttempt, "accountId">, client: NewClient): Promise<Opened> {
    const { passwords, store, membership } = this.#ports;
    const { name } = attempt;
    const accountId = await this.#accountOf(name);
    await passwords.verify({ ...attempt, accountId });
    const account = await this.#ports.context.services.directory.findCurrent(accountId!);
    if (!account || accountId === undefined)
      throw new ApiFailure("invalid_credentials", "there is no such account");
    const made = (await this.#reservations.find(REGISTERED_NICK, foldName(name)))?.holder === accountId;
    const nick = made ? await this.#takeBack(account, name) : account.handle;
    if (made) await membership.add(await membership.workspaceId(), accountId, nick);
    const session = { ...this.#freshSession(nick, true), mine: made };
    await store.putSession(accountId, session);
    return this.#open(accountId, session, client);
  }

  /** Opens a client for somebody who came with a token of another surface. */
  async adopt(caller: Caller, replica: WorkspaceReplica, clientId: string, shape: Shape): Promise<void> {
    const { store, names } = this.#ports;
    await names.ensure(replica.state, [caller.account.id]);
    const nick = names.nickOf(replica.state, caller.account.id);
    await store.putSession(caller.account.id, { ...this.#freshSession(nick, true), mine: false });
    await store.putClient(
      caller.account.id,
      clientId,
      this.#newClient(replica, caller.account.id, nick, { kind: "http", shape }, false),
    );
  }

  /** Whoever is called this right now. */
  async holderOf(nick: string): Promise<string | undefined> {
    return (await this.#reservations.find("handle", foldName(nick)))?.holder;
  }

  /** Gives somebody another nick; one that it has already is no change. Resolves with the version that tells it. */
  async rename(
    caller: Caller,
    replica: WorkspaceReplica,
    nick: string,
    correlationId: string,
  ): Promise<void> {
    if (!isNick(nick)) throw refuse.badNick(nick);
    const { store, names, membership } = this.#ports;
    const { id, handle } = caller.account;
    await names.ensure(replica.state, [id]);
    const previous = names.nickOf(replica.state, id);
    if (previous === nick) return;
    const claim = await this.#reservations.claim("handle", foldName(nick), id);
    if (claim._tag === "Taken") throw refuse.nickTaken(nick);
    await membership.rename(replica, caller, { nick, previous, correlationId });
    const session = await store.session(id);
    await store.changeSession(id, (current) => ({ ...current, nick }));
    if (session?.password && session.mine) await this.#registerNick(nick, id);
    const old = foldName(previous);
    const keeps = old === foldName(nick) || (!session?.mine && old === handle);
    if (!keeps) await this.#reservations.release("handle", old, id);
  }

  /** Ends one client; with the last one the session ends, with a QUIT to every shared channel. */
  async end(
    accountId: string,
    clientId: string,
    reason: string,
    unless?: (client: ClientRecord) => boolean,
  ): Promise<void> {
    const { store, context } = this.#ports;
    const client = await store.removeClient(accountId, clientId, unless);
    if (!client) return;
    if (client.ownsToken) {
      await context.services.accounts
        .revoke(accountId, clientId, { user_id: accountId })
        .catch(ignoreRefusal);
    }
    await this.endIfEmpty(accountId, reason);
  }

  /** Ends a session that no client is left of. */
  async endIfEmpty(accountId: string, reason: string): Promise<void> {
    const { store, membership, context } = this.#ports;
    const session = await store.removeEmptySession(accountId);
    if (!session?.mine) return;
    await membership.leave(accountId, reason);
    await this.#reservations.release("handle", foldName(session.nick), accountId);
    if (!session.password)
      await context.services.accounts.deactivate(accountId, { user_id: accountId }).catch(ignoreRefusal);
  }

  /** Ends all clients of somebody. */
  async endAll(accountId: string, reason: string): Promise<void> {
    for (const clientId of await this.#ports.store.clientsOf(accountId))
      await this.end(accountId, clientId, reason);
  }

  #freshSession(nick: string, password: boolean): SessionRecord {
    return { nick, mine: true, password, startedAt: new Date().toISOString(), touched: 0 };
  }

  async #createAccount(id: string, nick: string): Promise<void> {
    const { accounts } = this.#ports.context.services;
    const folded = foldName(nick);
    const account = { id, kind: "human", displayName: nick } as const;
    if (readHandle(folded) === folded)
      return void (await accounts.create({ ...account, handle: folded }, VISITOR));
    // What is no handle elsewhere is held beside the handle that is made of it.
    const claim = await this.#reservations.claim("handle", folded, id);
    if (claim._tag === "Taken") throw refuse.nickTaken(nick);
    await accounts.create(account, VISITOR);
  }

  /** Says whose a nick is that can be signed in to. */
  async #registerNick(nick: string, accountId: string): Promise<void> {
    const folded = foldName(nick);
    const claim = await this.#reservations.claim(REGISTERED_NICK, folded, accountId);
    // Whoever had it before and left gives way to whoever holds it now.
    if (claim._tag === "Taken")
      await this.#reservations.claim(REGISTERED_NICK, folded, accountId, claim.reservation.revision);
  }

  async #accountOf(name: string): Promise<string | undefined> {
    if (name.includes("@")) return (await this.#ports.context.services.accounts.findByEmail(name))?.id;
    const holder = await this.holderOf(name);
    return holder ?? (await this.#reservations.find(REGISTERED_NICK, foldName(name)))?.holder;
  }

  /** The nick of somebody who comes back: the one that the session has, or the one that it had. */
  async #takeBack(account: AccountState, name: string): Promise<string> {
    const session = await this.#ports.store.session(account.id);
    if (session) return session.nick;
    const claim = await this.#reservations.claim("handle", foldName(name), account.id);
    if (claim._tag === "Taken") throw refuse.nickTaken(name);
    return foldName(account.displayName) === foldName(name) ? account.displayName : name;
  }

  async #open(accountId: string, session: SessionRecord, client: NewClient): Promise<Opened> {
    const { store, context, membership } = this.#ports;
    const { nick } = session;
    const replica = await membership.replicaOf(accountId);
    const tcp = client.kind === "tcp";
    const issued = tcp
      ? undefined
      : await context.services.accounts.issueToken(accountId, TOKEN_NAME, { user_id: accountId });
    const clientId = issued?.credentialId ?? newId("ses");
    await store.putClient(accountId, clientId, this.#newClient(replica, accountId, nick, client, !tcp));
    // Whoever ends the session's last client at this moment is told that there is another.
    await store.putSession(accountId, session);
    return { accountId, clientId, nick, ...(issued && { token: issued.token }) };
  }

  #newClient(
    { state, version, seq }: WorkspaceReplica,
    accountId: string,
    nick: string,
    { kind, shape }: NewClient,
    ownsToken: boolean,
  ): ClientRecord {
    const { settings } = this.#ports;
    const inChannel = [...state.channels.values()].filter(
      (channel) => channel.kind !== "direct" && channel.members.has(accountId),
    );
    const greeting = kind === "http" ? motdReplies(settings.serverName, settings.motd) : [];
    // Before whatever happens from now on: nothing was told to this client yet.
    const place = extraPlace(version, 0);
    return {
      kind,
      ...(kind === "tcp" && { node: settings.node }),
      shape,
      ownsToken,
      at: { version, seq, joined: inChannel.map(({ id }) => id) },
      acked: 0,
      extras: greeting.map((one, n) => ({
        place: place + n,
        message: replyMessage(settings.serverName, nick, one),
      })),
      lastExtra: greeting.length === 0 ? 0 : place + greeting.length - 1,
      lastSeen: Date.now(),
    };
  }
}

/** What is gone already need not be taken away. */
const ignoreRefusal = (error: unknown): void => {
  if (!(error instanceof ApiFailure) || error.status >= 500) throw error;
};
