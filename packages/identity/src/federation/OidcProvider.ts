import * as client from "openid-client";
import type { IdentityProvider, ProvenPerson, SignInRequest } from "./IdentityProvider.ts";
import { isSecureEnough } from "./isSecureEnough.ts";
import { providerFailure } from "./providerFailure.ts";
import { personOf } from "./personOf.ts";

/** A provider that takes longer is as good as away; seconds. */
const TIMEOUT_S = 10;
/** How long what a provider tells of itself is believed; ms. */
const DISCOVERED_FOR_MS = 3_600_000;

export interface OidcSettings {
  readonly name: string;
  readonly issuer: URL;
  readonly clientId: string;
  /** None for a client that has no secret and is known by PKCE alone. */
  readonly clientSecret?: string;
  /** Separated by spaces. */
  readonly scopes: string;
}

/** Any provider that speaks OpenID Connect and tells of itself below its issuer's address. */
export class OidcProvider implements IdentityProvider {
  readonly name: string;
  readonly #settings: OidcSettings;
  #discovered: { readonly at: number; readonly configuration: Promise<client.Configuration> } | undefined;

  constructor(settings: OidcSettings) {
    this.name = settings.name;
    this.#settings = settings;
  }

  async authorizationUrl(request: SignInRequest): Promise<URL> {
    const configuration = await this.#configuration();
    return client.buildAuthorizationUrl(configuration, {
      redirect_uri: request.redirectUri,
      scope: this.#settings.scopes,
      state: request.state,
      nonce: request.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(request.verifier),
      code_challenge_method: "S256",
    });
  }

  async identify(callback: URL, request: SignInRequest): Promise<ProvenPerson> {
    const configuration = await this.#configuration();
    try {
      const tokens = await client.authorizationCodeGrant(configuration, callback, {
        expectedState: request.state,
        expectedNonce: request.nonce,
        pkceCodeVerifier: request.verifier,
      });
      const claims = tokens.claims()!;
      const asked = claims["email"] === undefined && configuration.serverMetadata().userinfo_endpoint;
      const told = asked ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub) : {};
      return personOf({ ...claims, ...told, iss: claims.iss, sub: claims.sub });
    } catch (error) {
      throw providerFailure("signing in", error);
    }
  }

  /** What the provider tells of itself; a failure is forgotten, so that the next one asks again. */
  #configuration(): Promise<client.Configuration> {
    const now = Date.now();
    if (this.#discovered && now - this.#discovered.at < DISCOVERED_FOR_MS)
      return this.#discovered.configuration;
    const configuration = this.#discover();
    const discovered = { at: now, configuration };
    this.#discovered = discovered;
    configuration.catch(() => {
      if (this.#discovered === discovered) this.#discovered = undefined;
    });
    return configuration;
  }

  async #discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.#settings;
    const authentication = clientSecret === undefined ? client.None() : client.ClientSecretPost(clientSecret);
    const insecure = issuer.protocol === "http:" && isSecureEnough(issuer);
    try {
      return await client.discovery(issuer, clientId, undefined, authentication, {
        timeout: TIMEOUT_S,
        // The token comes straight from the provider; its signature is checked all the same.
        execute: [client.enableNonRepudiationChecks, ...(insecure ? [client.allowInsecureRequests] : [])],
      });
    } catch (error) {
      throw providerFailure("finding out about the provider", error);
    }
  }
}
