import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { LoopbackServer } from "../LoopbackServer.ts";

export interface GitHubPerson {
  readonly id: number;
  readonly login: string;
  readonly name?: string | null;
  readonly emails: ReadonlyArray<{
    readonly email: string;
    readonly primary: boolean;
    readonly verified: boolean;
  }>;
}

export const GITHUB_CLIENT = { id: "github-client", secret: "github-client-secret-canary" };

/** As much of GitHub as signing in takes; whoever comes is let in as the person that the test says. */
export class GitHubServer extends LoopbackServer {
  /** Who signs in next. */
  person: GitHubPerson = { id: 0, login: "nobody", emails: [] };
  /** Whether whoever comes says no. */
  cancels = false;
  readonly #codes = new Map<string, { readonly person: GitHubPerson; readonly challenge: string }>();
  readonly #tokens = new Map<string, GitHubPerson>();

  static start(): Promise<GitHubServer> {
    return new GitHubServer().listen();
  }

  protected async answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url!, this.url);
    const json = (status: number, body: unknown) => {
      res.writeHead(status, { "Content-Type": "application/json" });
      res.end(JSON.stringify(body));
    };
    if (url.pathname === "/login/oauth/authorize") return this.#authorize(url, res);
    if (url.pathname === "/login/oauth/access_token") return json(200, this.#exchange(await formOf(req)));
    const person = this.#tokens.get((req.headers.authorization ?? "").replace("Bearer ", ""));
    if (!person) return json(401, { message: "Bad credentials" });
    const { emails, ...user } = person;
    json(200, url.pathname === "/api/user/emails" ? emails : user);
  }

  #authorize({ searchParams }: URL, res: ServerResponse): void {
    const back = new URL(searchParams.get("redirect_uri")!);
    back.searchParams.set("state", searchParams.get("state")!);
    const code = `code-${randomUUID()}`;
    if (this.cancels) back.searchParams.set("error", "access_denied");
    else {
      this.#codes.set(code, { person: this.person, challenge: searchParams.get("code_challenge")! });
      back.searchParams.set("code", code);
    }
    res.writeHead(302, { Location: back.href }).end();
  }

  /** Like GitHub, says no with 200. */
  #exchange(form: URLSearchParams): object {
    const code = form.get("code") ?? "";
    const known = this.#codes.get(code);
    this.#codes.delete(code);
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const good = form.get("client_secret") === GITHUB_CLIENT.secret && challenge === known?.challenge;
    if (!known || !good) return { error: "bad_verification_code", error_description: "no" };
    const token = `gho_${randomUUID()}`;
    this.#tokens.set(token, known.person);
    return { access_token: token, token_type: "bearer", scope: "read:user,user:email" };
  }
}

const formOf = async (req: IncomingMessage): Promise<URLSearchParams> => {
  const chunks: Array<Buffer> = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString());
};
