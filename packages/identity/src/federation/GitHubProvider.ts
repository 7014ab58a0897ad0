import * as client from "openid-client";
import {
  type IdentityProvider,
  ProviderFailure,
  type ProvenPerson,
  type SignInRequest,
} from "./IdentityProvider.ts";
import { isSecureEnough } from "./isSecureEnough.ts";
import { cutName } from "./personOf.ts";
import { providerFailure } from "./providerFailure.ts";

const TIMEOUT_S = 10;
/** The most that an answer about one person may have; GitHub lists some dozens of addresses at most. */
const MAX_ANSWER_BYTES = 256 * 1024;

export interface GitHubSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where people sign in; another of an enterprise's own. */
  readonly url: URL;
  /** Where programs ask. */
  readonly apiUrl: URL;
}

interface GitHubUser {
  readonly id: number;
  readonly login: string;
  readonly name?: string | null;
}

interface GitHubEmail {
  readonly email: string;
  readonly primary: boolean;
  readonly verified: boolean;
}

/** GitHub, which speaks OAuth alone: who somebody is, its API tells. */
export class GitHubProvider implements IdentityProvider {
  readonly name = "GitHub";
  readonly #apiUrl: URL;
  readonly #issuer: string;
  readonly #configuration: client.Configuration;

  constructor({ clientId, clientSecret, url, apiUrl }: GitHubSettings) {
    this.#apiUrl = apiUrl;
    this.#issuer = url.href.replace(/\/$/, "");
    const server = {
      issuer: this.#issuer,
      authorization_endpoint: `${this.#issuer}/login/oauth/authorize`,
      token_endpoint: `${this.#issuer}/login/oauth/access_token`,
    };
    const authentication = client.ClientSecretPost(clientSecret);
    this.#configuration = new client.Configuration(server, clientId, undefined, authentication);
    this.#configuration.timeout = TIMEOUT_S;
    if (url.protocol === "http:" && isSecureEnough(url)) client.allowInsecureRequests(this.#configuration);
  }

  async authorizationUrl(request: SignInRequest): Promise<URL> {
    return client.buildAuthorizationUrl(this.#configuration, {
      redirect_uri: request.redirectUri,
      scope: "read:user user:email",
      state: request.state,
      code_challenge: await client.calculatePKCECodeChallenge(request.verifier),
      code_challenge_method: "S256",
    });
  }

  async identify(callback: URL, request: SignInRequest): Promise<ProvenPerson> {
    try {
      const { access_token: token } = await client.authorizationCodeGrant(this.#configuration, callback, {
        expectedState: request.state,
        pkceCodeVerifier: request.verifier,
      });
      const user = await this.#ask<GitHubUser>("user", token);
      const emails = await this.#ask<ReadonlyArray<GitHubEmail>>("user/emails", token);
      if (!Number.isSafeInteger(user.id) || !Array.isArray(emails))
        throw new ProviderFailure("refused", "GitHub's API did not tell who somebody is");
      return this.#person(user, emails);
    } catch (error) {
      throw providerFailure("signing in with GitHub", error);
    }
  }

  #person(user: GitHubUser, emails: ReadonlyArray<GitHubEmail>): ProvenPerson {
    const proven = emails.find(({ primary, verified }) => primary && verified)?.email;
    return {
      issuer: this.#issuer,
      subject: String(user.id),
      displayName: cutName(user.name || user.login),
      ...(typeof proven === "string" && { email: proven.trim() }),
    };
  }

  async #ask<Answer>(path: string, token: string): Promise<Answer> {
    const answer = await fetch(`${this.#apiUrl.href.replace(/\/$/, "")}/${path}`, {
      headers: {
        Accept: "application/vnd.github+json",
        Authorization: `Bearer ${token}`,
        "User-Agent": "clickclack",
      },
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_S * 1_000),
    });
    if (!answer.ok) {
      await answer.body?.cancel();
      const reason = answer.status >= 500 || answer.status === 429 ? "unavailable" : "refused";
      throw new ProviderFailure(reason, `GitHub's API answered ${answer.status} for /${path}`);
    }
    return JSON.parse(await boundedText(answer)) as Answer;
  }
}

const boundedText = async (answer: Response): Promise<string> => {
  const chunks: Array<Uint8Array> = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) throw new ProviderFailure("refused", "GitHub's API answered too much");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
};
