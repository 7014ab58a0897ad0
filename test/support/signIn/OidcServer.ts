import type { IncomingMessage, ServerResponse } from "node:http";
import { Provider } from "oidc-provider";
import { LoopbackServer } from "../LoopbackServer.ts";

/** Somebody at the provider. */
export interface OidcPerson {
  readonly sub: string;
  readonly name?: string;
  readonly email?: string;
  readonly email_verified?: boolean;
}

export const OIDC_CLIENT = { id: "clickclack", secret: "oidc-client-secret-canary" };
/** Another application that people sign in to at the same provider. */
export const OTHER_CLIENT = {
  id: "another-app",
  secret: "another-secret",
  redirectUri: "http://127.0.0.1:1/callback",
};

/** An OpenID Connect provider of the suite's own; it asks nobody for a password, but lets in whom the test says. */
export class OidcServer extends LoopbackServer {
  #provider: Provider | undefined;
  /** Who signs in next. */
  person: OidcPerson = { sub: "nobody" };
  /** Changes what the token endpoint answers. */
  tamper: ((answer: Record<string, unknown>) => Record<string, unknown>) | undefined;
  /** What the token endpoint was asked, in order. */
  readonly tokenRequests: Array<URLSearchParams> = [];
  readonly #people = new Map<string, OidcPerson>();

  static start(): Promise<OidcServer> {
    return new OidcServer().listen();
  }

  get issuer(): string {
    return this.url;
  }

  /** Call before anybody signs in: where people may be sent back to. */
  allow(redirectUris: ReadonlyArray<string>): void {
    const client = { token_endpoint_auth_method: "client_secret_post" as const };
    this.#provider = new Provider(this.issuer, {
      clients: [
        {
          ...client,
          client_id: OIDC_CLIENT.id,
          client_secret: OIDC_CLIENT.secret,
          redirect_uris: [...redirectUris],
        },
        {
          ...client,
          client_id: OTHER_CLIENT.id,
          client_secret: OTHER_CLIENT.secret,
          redirect_uris: [OTHER_CLIENT.redirectUri],
        },
      ],
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
      pkce: { required: (_, { clientId }) => clientId === OIDC_CLIENT.id },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      findAccount: (_, id) => ({
        accountId: id,
        claims: async () => ({ ...this.#people.get(id), sub: id }),
      }),
      cookies: { keys: ["test"] },
    });
  }

  protected async answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const provider = this.#provider!;
    if (req.url?.startsWith("/interaction/")) return this.#letIn(provider, req, res);
    if (req.url === "/token") this.#watchToken(req, res);
    await provider.callback()(req, res);
  }

  async #letIn(provider: Provider, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { params } = await provider.interactionDetails(req, res);
    const { person } = this;
    this.#people.set(person.sub, person);
    const grant = new provider.Grant({ accountId: person.sub, clientId: String(params["client_id"]) });
    grant.addOIDCScope("openid email profile");
    const consent = { grantId: await grant.save() };
    await provider.interactionFinished(req, res, { login: { accountId: person.sub }, consent });
  }

  #watchToken(req: IncomingMessage, res: ServerResponse): void {
    const chunks: Array<Buffer> = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => this.tokenRequests.push(new URLSearchParams(Buffer.concat(chunks).toString())));
    const { tamper } = this;
    if (!tamper) return;
    const end = res.end.bind(res) as (body: string) => ServerResponse;
    res.end = ((body: string | Buffer) => {
      const changed = JSON.stringify(tamper(JSON.parse(String(body)) as Record<string, unknown>));
      res.setHeader("Content-Length", Buffer.byteLength(changed));
      return end(changed);
    }) as typeof res.end;
  }
}
