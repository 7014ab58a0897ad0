import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { User } from "@clickclack/protocol/http/shapes";
import { ApiConnection } from "./ApiConnection.ts";

/** Asks a person for something that nobody else may see. */
export type AskSecret = (question: string) => Promise<string>;

const ANONYMOUS = { token: undefined, userId: undefined };

/** A token as it stands by itself or in the address of a one-time link. */
const TOKEN = /\b(mgt|cct|ccb)_[0-9a-z]+/;

interface Opened {
  readonly token: string;
}

/** What commands act by from now on. */
export interface SignedIn {
  readonly token: string;
  /** Whether it was opened for this login, and is to end with it; an access token goes on. */
  readonly session: boolean;
}

/** The session that something opens, with a second factor where the account has one. */
const open = async (url: string, path: string, body: object, ask: AskSecret): Promise<SignedIn> => {
  const api = new ApiConnection(url, ANONYMOUS);
  const { token } = await api.post<Opened>(path, body).catch(async (error: unknown) => {
    if (!(error instanceof ApiFailure) || error.code !== "second_factor_required") throw error;
    const code = (await ask("Code of the second factor: ")).trim();
    return api.post<Opened>(path, { ...body, totp_code: code });
  });
  return { token, session: true };
};

/** Whom a token acts as. Throws ApiFailure. */
export const userOf = async (url: string, token: string): Promise<User> =>
  (await new ApiConnection(url, { token, userId: undefined }).get<{ user: User }>("/api/me")).user;

/** The session that a one-time link opens; an access token as it is. Throws ApiFailure. */
export const byToken = async (url: string, typed: string, ask: AskSecret): Promise<SignedIn> => {
  const [token, prefix] = TOKEN.exec(typed) ?? [];
  if (token === undefined)
    throw new ApiFailure(
      "invalid_credentials",
      "this is neither a one-time link's token nor an access token",
    );
  if (prefix === "mgt") return open(url, "/api/auth/magic/consume", { token }, ask);
  return { token, session: false };
};

/** The session that a password opens. Throws ApiFailure. */
export const byPassword = async (url: string, identifier: string, ask: AskSecret): Promise<SignedIn> => {
  const password = await ask("Password: ");
  return open(url, "/api/auth/password/login", { identifier, password }, ask);
};

/** Has the server hand out a one-time link, and takes its token: from the answer, or from whoever got the mail. Throws ApiFailure. */
export const byEmail = async (url: string, email: string, ask: AskSecret): Promise<SignedIn> => {
  const api = new ApiConnection(url, ANONYMOUS);
  const { token } = await api.post<Partial<Opened>>("/api/auth/magic/request", { email });
  return byToken(url, token ?? (await ask(`Token from the mail to ${email}: `)), ask);
};
