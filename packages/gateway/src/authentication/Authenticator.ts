import type { AccountState, CredentialState } from "@clickclack/identity/account/Account";
import { isExpired } from "@clickclack/identity/account/sessionTimes";
import type { AccountDirectory } from "@clickclack/identity/AccountDirectory";
import { parseToken } from "@clickclack/identity/credential/Token";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { isId } from "@clickclack/protocol/Ids";
import { timingSafeEqual } from "node:crypto";
import type { HttpRequest } from "../http/HttpRequest.ts";
import type { Caller } from "./Caller.ts";
import { isLocalRequest, isSameOrigin } from "./origin.ts";
import type { SessionUse } from "./SessionUse.ts";
import { cookieOf, SESSION_COOKIE } from "./sessionCookie.ts";

/** Development mode: whom a request without credentials from this machine acts as. */
export interface DevelopmentMode {
  readonly firstUser: string;
}

const BEARER_PROTOCOL = "clickclack.bearer.";
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

const unknown = () =>
  new ApiFailure("unauthenticated", "this session or token is unknown, revoked or expired");

/** Finds out who makes a request; the first kind of credential that is there decides, also when it is no good. */
export class Authenticator {
  readonly #accounts: AccountDirectory;
  readonly #sessions: SessionUse;
  readonly #development: () => DevelopmentMode | undefined;

  constructor(
    accounts: AccountDirectory,
    sessions: SessionUse,
    development: () => DevelopmentMode | undefined,
  ) {
    this.#accounts = accounts;
    this.#sessions = sessions;
    this.#development = development;
  }

  /** Bearer, then cookie, then (in development mode) the header or nothing at all. Throws 401 or 403. */
  async authenticate(request: HttpRequest): Promise<Caller> {
    const { authorization } = request.headers;
    if (authorization !== undefined) return this.byToken(bearerOf(authorization));
    const cookie = cookieOf(request, SESSION_COOKIE);
    if (cookie !== undefined) {
      requireIntent(request);
      return this.byToken(cookie);
    }
    return this.#byDevelopmentMode(request);
  }

  /**
   * For an upgrade to WebSocket: a token may also come as the subprotocol `clickclack.bearer.<token>`, which is then
   * to be echoed. A cookie counts only from a page of our own.
   */
  async authenticateUpgrade(
    request: HttpRequest,
  ): Promise<{ readonly caller: Caller; readonly protocol?: string }> {
    const protocol = bearerProtocol(request);
    if (request.headers["authorization"] === undefined && protocol !== undefined) {
      return { caller: await this.byToken(protocol.slice(BEARER_PROTOCOL.length)), protocol };
    }
    if (cookieOf(request, SESSION_COOKIE) !== undefined && !isSameOrigin(request)) {
      throw new ApiFailure("csrf_required", "a cookie opens a socket only from a page of the same origin");
    }
    return { caller: await this.authenticate(request), ...(protocol !== undefined && { protocol }) };
  }

  /** Whoever comes to an upgrade with a token, in its header or as a subprotocol; undefined without one. Throws 401. */
  async tokenOf(request: HttpRequest): Promise<{ readonly caller?: Caller; readonly protocol?: string }> {
    const { authorization } = request.headers;
    const protocol = bearerProtocol(request);
    const token =
      authorization === undefined ? protocol?.slice(BEARER_PROTOCOL.length) : bearerOf(authorization);
    return {
      ...(token !== undefined && { caller: await this.byToken(token) }),
      ...(protocol !== undefined && { protocol }),
    };
  }

  /** Whom a token or session opens. Throws 401. */
  async byToken(token: string): Promise<Caller> {
    const parsed = parseToken(token);
    if (!parsed || parsed.prefix === "mgt") throw unknown();
    const account = await this.#accounts.find(parsed.accountId);
    const credential = account && goodCredential(account, parsed.hash);
    const bot = account?.kind === "bot";
    if (!account || !credential || bot !== (parsed.prefix === "ccb")) throw unknown();
    if (!(await isAnsweredFor(this.#accounts, account.ownerUserId)) || this.#sessions.isIdle(credential))
      throw unknown();
    this.#sessions.touch(account.id, credential);
    const { id: credentialId, expiresAt, scopes = [], workspaceId = "" } = credential;
    return {
      account,
      credentialId,
      ...(expiresAt !== undefined && { expiresAt: Date.parse(expiresAt) }),
      ...(bot && { scopes: new Set(scopes), workspaceId }),
    };
  }

  async #byDevelopmentMode(request: HttpRequest): Promise<Caller> {
    const development = this.#development();
    if (!development || !isLocalRequest(request)) throw new ApiFailure("unauthenticated", "sign in first");
    const named = request.headers["x-clickclack-user"];
    const id = named ?? development.firstUser;
    // Ids become parts of NATS subjects: what is none, a wildcard say, must not get there.
    const account = isId("usr", id) ? await this.#accounts.find(id) : undefined;
    if (!account?.active) throw new ApiFailure("unauthenticated", "there is no such user");
    return { account };
  }
}

/** The account's credential with this hash, unless it or the account is no longer good. */
const goodCredential = (account: AccountState, hash: string): CredentialState | undefined => {
  if (!account.active) return undefined;
  const presented = Buffer.from(hash, "hex");
  const now = new Date().toISOString();
  for (const credential of account.credentials.values()) {
    if (credential.kind === "magic_link") continue;
    const stored = Buffer.from(credential.hash, "hex");
    const matches = stored.length === presented.length && timingSafeEqual(stored, presented);
    if (matches) return isExpired(credential, now) ? undefined : credential;
  }
  return undefined;
};

/** A bot acts only while the person who answers for it may: whoever is let out may hold its tokens. */
export const isAnsweredFor = async (
  accounts: Pick<AccountDirectory, "find">,
  ownerUserId: string | undefined,
): Promise<boolean> => ownerUserId === undefined || (await accounts.find(ownerUserId))?.active !== false;

/** Whether the credential that a caller came by is still good, as the account stands now. */
export const isStillGood = (account: AccountState, credentialId: string | undefined): boolean =>
  account.active && (credentialId === undefined || account.credentials.has(credentialId));

/** The subprotocol that carries a token, if one is offered. */
const bearerProtocol = ({ headers }: HttpRequest): string | undefined =>
  (headers["sec-websocket-protocol"] ?? "")
    .split(",")
    .map((one) => one.trim())
    .find((one) => one.startsWith(BEARER_PROTOCOL));

const bearerOf = (authorization: string): string => {
  const match = /^Bearer +(\S+)$/i.exec(authorization);
  if (!match) throw new ApiFailure("unauthenticated", "the Authorization header must be a Bearer token");
  return match[1]!;
};

/** A cookie comes along by itself, so writes need a header that no foreign page can send, and a page of our own. */
const requireIntent = (request: HttpRequest): void => {
  if (SAFE_METHODS.has(request.method)) return;
  if (request.headers["x-clickclack-csrf"] !== "1" || !isSameOrigin(request)) {
    throw new ApiFailure(
      "csrf_required",
      "writes with a cookie need the header X-ClickClack-CSRF: 1 and the same origin",
    );
  }
};
