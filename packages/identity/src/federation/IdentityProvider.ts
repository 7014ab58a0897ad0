/** What binds the answer of a provider to the request that asked for it, and to the browser that made it. */
export interface SignInRequest {
  /** Where the provider sends the browser back to. */
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  /** PKCE's secret, of which the provider is shown the hash first. */
  readonly verifier: string;
}

/** Somebody as a provider vouches for. */
export interface ProvenPerson {
  /** Who vouches: the provider's own name for itself, a URL. */
  readonly issuer: string;
  /** The person's name at the issuer: it never changes and is never given to somebody else. */
  readonly subject: string;
  /** Only an address that the provider has verified. */
  readonly email?: string;
  readonly displayName: string;
}

/** The provider did not vouch for anybody; the message has no secret in it and is for the operator's log. */
export class ProviderFailure extends Error {
  /** What somebody who tried to sign in may be told: whether to try again later, or that it was not to be. */
  readonly reason: "unavailable" | "refused";

  constructor(reason: ProviderFailure["reason"], message: string) {
    super(message);
    this.name = "ProviderFailure";
    this.reason = reason;
  }
}

/** Somebody else's accounts that people may sign in with. Both methods throw ProviderFailure. */
export interface IdentityProvider {
  /** As people know it: what stands on the button. */
  readonly name: string;
  /** The provider's page that the browser is to be sent to. */
  readonly authorizationUrl: (request: SignInRequest) => Promise<URL>;
  /** Who came back, by the address that the provider sent the browser to. */
  readonly identify: (callback: URL, request: SignInRequest) => Promise<ProvenPerson>;
}
