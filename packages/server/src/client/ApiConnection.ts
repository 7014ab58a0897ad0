import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { ErrorBody } from "@clickclack/protocol/http/endpoint";
import { ERROR_CODES, type ErrorCode } from "@clickclack/protocol/http/ErrorCodes";

/** Longer than the server's own bounds, which end in an answer that says more. */
const TIMEOUT_MS = 20_000;

const SIGN_IN =
  ": sign in with  clickclack login,  or set CLICKCLACK_TOKEN to a token, such as  clickclack admin token create  prints";

/** Who a command acts as: a token's user; in development mode a named user or, with neither, the first one. */
export interface Credentials {
  readonly token: string | undefined;
  readonly userId: string | undefined;
}

/** The server did not answer; the message says where it was looked for. */
export class ServerUnreachable extends Error {
  constructor(url: string, options: ErrorOptions) {
    super(`no server answers at ${url}`, options);
    this.name = "ServerUnreachable";
  }
}

/** The native API over HTTP. */
export class ApiConnection {
  /** Address of the server. */
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, { token, userId }: Credentials) {
    this.url = url.replace(/\/+$/, "");
    this.#headers = {
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(userId !== undefined && { "X-ClickClack-User": userId }),
    };
  }

  get<Body>(path: string): Promise<Body> {
    return this.#request("GET", path);
  }

  post<Body>(path: string, body: unknown): Promise<Body> {
    return this.#request("POST", path, body);
  }

  /** The answer's body, undefined where it has none. Throws ApiFailure for what the server refused, ServerUnreachable when there was no answer. */
  async #request<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    const answer = await this.#fetch(method, path, body);
    const json = await answer.json().catch(() => undefined);
    if (answer.ok && (json !== undefined || answer.status === 204)) return json as Body;
    const { error, code, issues } = (json ?? {}) as Partial<ErrorBody>;
    if (error === undefined || code === undefined || !(code in ERROR_CODES))
      throw new Error(`${this.url} answered ${answer.status}, but not as a ClickClack server`);
    const details = (issues ?? []).map((issue) => `; ${issue.path}: ${issue.message}`).join("");
    const hint = code === "unauthenticated" ? SIGN_IN : "";
    throw new ApiFailure(code as ErrorCode, `${error}${details}${hint}`);
  }

  async #fetch(method: string, path: string, body: unknown): Promise<Response> {
    try {
      return await fetch(`${this.url}${path}`, {
        method,
        headers: { ...this.#headers, ...(body !== undefined && { "Content-Type": "application/json" }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (cause) {
      throw new ServerUnreachable(this.url, { cause });
    }
  }
}
