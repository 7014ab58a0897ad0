import type { Channel, Message, MessagePage, User, Workspace } from "@clickclack/protocol/http/shapes";
import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import { requireDeclared } from "./requireDeclared.ts";

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is when it is text or bytes, as JSON otherwise. */
  readonly body?: unknown;
  /** Ends the wait for an answer. */
  readonly signal?: AbortSignal;
}

// oxlint-disable-next-line typescript/no-explicit-any
type Json = any;

/** JSON where it is said to be that, else bytes. */
const bodyOf = async (answer: Response): Promise<Json> => {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (bytes.byteLength === 0) return undefined;
  const isJson = answer.headers.get("content-type")?.startsWith("application/json") ?? true;
  return isJson ? JSON.parse(new TextDecoder().decode(bytes)) : bytes;
};

/** A user of the native API: thin, so that tests show what goes over the wire. */
export class ApiClient {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;

  /** Acts as the development user, or by the given headers (`Authorization`, `X-ClickClack-User`). */
  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.url = url;
    this.headers = headers;
  }

  as(userId: string): ApiClient {
    return new ApiClient(this.url, { "X-ClickClack-User": userId });
  }

  withToken(token: string): ApiClient {
    return new ApiClient(this.url, { Authorization: `Bearer ${token}` });
  }

  at(url: string): ApiClient {
    return new ApiClient(url, this.headers);
  }

  /** The answer, which is as the API declares it. */
  async request<Body = Json>(
    method: string,
    path: string,
    options: RequestOptions = {},
  ): Promise<Answer<Body>> {
    const { body, signal } = options;
    const raw = typeof body === "string" || body instanceof Uint8Array;
    const answer = await fetch(`${this.url}${path}`, {
      method,
      redirect: "manual",
      headers: { "Content-Type": "application/json", ...this.headers, ...options.headers },
      ...(body !== undefined && { body: raw ? (body as string) : JSON.stringify(body) }),
      ...(signal && { signal }),
    });
    const json: Json = await bodyOf(answer);
    const whole = { status: answer.status, headers: answer.headers, body: json as Body };
    if (method !== "HEAD") requireDeclared(method, path, whole);
    return whole;
  }

  /** Like `request`, but throws unless the status is 2xx. */
  async ok<Body = Json>(method: string, path: string, options: RequestOptions = {}): Promise<Body> {
    const answer = await this.request<Body>(method, path, options);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async me(): Promise<User> {
    return (await this.ok("GET", "/api/me")).user;
  }

  /** A new account by a one-time link; needs development mode. */
  async signUp(
    name: string,
  ): Promise<{ readonly user: User; readonly token: string; readonly client: ApiClient }> {
    const email = `${name}-${crypto.randomUUID()}@example.com`;
    const link = await this.ok("POST", "/api/auth/magic/request", { body: { email, display_name: name } });
    const { user, token } = await this.ok("POST", "/api/auth/magic/consume", { body: { token: link.token } });
    return { user, token, client: this.withToken(token) };
  }

  async createWorkspace(name = "Test"): Promise<Workspace> {
    return (await this.ok("POST", "/api/workspaces", { body: { name: `${name} ${crypto.randomUUID()}` } }))
      .workspace;
  }

  async createChannel(
    workspaceId: string,
    name = "talk",
    kind: "public" | "private" = "public",
  ): Promise<Channel> {
    const body = { name: `${name}-${crypto.randomUUID().slice(0, 8)}`, kind };
    return (await this.ok("POST", `/api/workspaces/${workspaceId}/channels`, { body })).channel;
  }

  post(
    channelId: string,
    body: string,
    extra: Readonly<Record<string, unknown>> = {},
  ): Promise<{ readonly message: Message; readonly event: EventFrame }> {
    return this.ok("POST", `/api/channels/${channelId}/messages`, { body: { body, ...extra } });
  }

  list(channelId: string, query = ""): Promise<MessagePage> {
    return this.ok("GET", `/api/channels/${channelId}/messages${query}`);
  }
}
