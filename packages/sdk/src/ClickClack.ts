import { ClickClackError } from "./ClickClackError.ts";
import { Live, type LiveOptions } from "./Live.ts";
import type { Answer, OperationId, Operations } from "./Operation.ts";
import { OPERATIONS } from "./operations.generated.ts";

/** What is used of an answer to a request. */
export interface FetchAnswer extends Pick<Response, "status" | "ok" | "json" | "arrayBuffer"> {
  readonly headers: Pick<Headers, "get">;
}

export interface FetchRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a form where a file is uploaded, and nowhere else. */
  readonly body?: string | FormData;
  readonly signal?: AbortSignal;
}

/** How requests are made: `fetch`, or what is enough of it. */
export type Fetch = (url: string, request: FetchRequest) => Promise<FetchAnswer>;

export interface ClickClackOptions {
  /** Address of the server, `https://chat.example.com`. A page of its own origin may give `location.origin`. */
  readonly url: string;
  /** A session or access token. Without one the browser's cookie counts, or development mode. */
  readonly token?: string;
  /** Headers of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch?: Fetch;
  readonly WebSocket?: typeof WebSocket;
}

interface AnyParameters {
  readonly params?: object | undefined;
  readonly query?: object | undefined;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** Who is not signed in, not allowed, or no member, is not let in the next time either. */
const REFUSED: ReadonlySet<number> = new Set([401, 403, 404]);
const JSON_TYPE = /^application\/json\b/;

/** A client of the native API: every operation by its name, typed by the API's own declaration, and live events. */
export class ClickClack {
  readonly url: string;
  /** The operations. Each throws {@link ClickClackError} for what the server refused, and whatever `fetch` throws. */
  readonly api: Operations;
  readonly #options: ClickClackOptions;
  readonly #fetch: Fetch;

  constructor(options: ClickClackOptions) {
    this.url = options.url.replace(/\/+$/, "");
    this.#options = options;
    // Called as a method of this object, a browser's fetch refuses to work.
    this.#fetch = options.fetch ?? ((...args) => fetch(...args));
    const methods = Object.keys(OPERATIONS).map((id) => [
      id,
      (parameters?: AnyParameters) => this.#call(id as OperationId, parameters),
    ]);
    this.api = Object.fromEntries(methods) as Operations;
  }

  async #call(operation: OperationId, parameters: AnyParameters = {}): Promise<unknown> {
    const { params, query, body, idempotencyKey, signal } = parameters;
    const [method, template] = OPERATIONS[operation];
    const path = template.replace(/:(\w+)/g, (_, name: string) =>
      encodeURIComponent(String((params as Record<string, unknown>)[name])),
    );
    const answer = await this.#fetch(`${this.url}${path}${searchOf(query)}`, {
      method,
      headers: {
        ...this.#headers(method),
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...(idempotencyKey !== undefined && { "Idempotency-Key": idempotencyKey }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
    return this.#read(answer);
  }

  /** Uploads a file, to be attached to a message by its id. */
  async upload(workspaceId: string, file: Blob, name: string): Promise<Answer<"createUpload">> {
    const form = new FormData();
    form.set("file", file, name);
    const answer = await this.#fetch(
      `${this.url}/api/uploads?workspace_id=${encodeURIComponent(workspaceId)}`,
      {
        method: "POST",
        headers: this.#headers("POST"),
        body: form,
      },
    );
    return (await this.#read(answer)) as Answer<"createUpload">;
  }

  /** Events of a workspace as they happen, from a cursor on if one is given; connects again by itself. */
  watch(workspaceId: string, options: Omit<LiveOptions, "url" | "workspaceId" | "token">): Live {
    const { token, WebSocket } = this.#options;
    return new Live({
      url: `${this.url.replace(/^http/, "ws")}/api/realtime/ws`,
      workspaceId,
      ...(token !== undefined && { token }),
      ...(WebSocket && { WebSocket }),
      whyRefused: () => this.#whyRefused(workspaceId),
      ...options,
    });
  }

  async #whyRefused(workspaceId: string): Promise<ClickClackError | undefined> {
    try {
      await this.api.getWorkspace({ params: { workspace_id: workspaceId } });
      return undefined;
    } catch (error) {
      return error instanceof ClickClackError && REFUSED.has(error.status) ? error : undefined;
    }
  }

  #headers(method: string): Record<string, string> {
    const { token, headers } = this.#options;
    // Without a token the cookie of a page may count; writes with it need this header.
    const csrf = token === undefined && method !== "GET";
    return {
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(csrf && { "X-ClickClack-CSRF": "1" }),
      ...headers,
    };
  }

  async #read(answer: FetchAnswer): Promise<unknown> {
    const json = JSON_TYPE.test(answer.headers.get("Content-Type") ?? "");
    const body: unknown = json ? await answer.json() : await answer.arrayBuffer();
    if (answer.ok) return answer.status === 204 ? undefined : body;
    throw new ClickClackError(answer.status, body, answer.headers.get("Retry-After"));
  }
}

const searchOf = (query: object | undefined): string => {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  if (given.length === 0) return "";
  return `?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))}`;
};
