import type { CredentialKind } from "@clickclack/protocol/events/IdentityEvents";
import type { Scope } from "@clickclack/protocol/http/Scopes";
import { newId } from "@clickclack/protocol/Ids";
import { plainAbout, type SessionAbout } from "../account/Sessions.ts";
import { mintToken, type TokenPrefix } from "./Token.ts";

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

export interface MintOptions extends Partial<NewBotToken>, SessionAbout {
  /** Milliseconds. */
  readonly expiresIn?: number;
}

/** A new credential as it is stored, and as it is handed out. */
export const mintCredential = (
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

const SESSION_MS = 30 * 24 * 3_600_000;

/** A session of 30 days, with what is told of the client that opens it. */
export const mintSession = (accountId: string, about: SessionAbout = {}) =>
  mintCredential(accountId, "session", "cct", { expiresIn: SESSION_MS, ...plainAbout(about) });
