import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { HttpApi, HttpApiEndpoint } from "effect/http-api";
import type { HttpRequest as UwsRequest, HttpResponse, TemplatedApp } from "uWebSockets.js";
import { anonymous, type Caller } from "../authentication/Caller.ts";
import type { Admission } from "../limits/Admission.ts";
import { Connection } from "./Connection.ts";
import { decoderOf, decodeText, parseJson, parseQuery } from "./decodeRequest.ts";
import type { Handler } from "./Handlers.ts";
import { failureReply, type HttpReply, replyAtOnce } from "./HttpReply.ts";
import { captureRequest, type HttpRequest } from "./HttpRequest.ts";
import type { InFlightRequests } from "./InFlightRequests.ts";
import { BodyUnread, readBody } from "./readBody.ts";
import { sendReply } from "./sendReply.ts";
import { BodyAborted, streamBody } from "./streamBody.ts";
import type { TrustedProxies } from "./TrustedProxies.ts";

export interface HttpAdapterOptions {
  readonly proxies: TrustedProxies;
  /** Told of every request that takes its time. */
  readonly inFlight: InFlightRequests;
  /** Counts a request of an operation as it arrives. */
  readonly admit: (operation: string, request: HttpRequest) => Admission;
  /** Whoever makes the request; throws 401 or 403. */
  readonly authenticate: (request: HttpRequest) => Promise<Caller>;
  /** Whether nobody signs in for an operation. */
  readonly isOpen: (operation: string) => boolean;
  /** Holds whoever makes a request to what it may ask for; throws 403. */
  readonly authorize: (operation: string, caller: Caller, payload: unknown) => void;
  /** Endpoints, by identifier, that take a body only if it says that it is JSON. */
  readonly jsonOnly: ReadonlySet<string>;
  /** Endpoints, by identifier, that read their body as it comes, and how much of it is thrown away when they refuse it. */
  readonly streaming: ReadonlyMap<string, number>;
  /** Turns whatever was thrown into a failure that may be shown, and logs what may not. */
  readonly explain: (error: unknown, request: HttpRequest) => Promise<ApiFailure>;
}

type Method = "get" | "head" | "post" | "patch" | "del" | "put";
type AnyHandler = Handler<HttpApiEndpoint.Top>;

/** The endpoints of an HttpApi on uWebSockets.js: decode once, authenticate, run the handler, answer. */
export class HttpAdapter {
  readonly #app: TemplatedApp;
  readonly #options: HttpAdapterOptions;
  readonly #methods = new Map<string, Set<string>>();

  constructor(app: TemplatedApp, options: HttpAdapterOptions) {
    this.#app = app;
    this.#options = options;
  }

  /** Serves every endpoint of the API; `handlers` holds them by the endpoint's identifier. */
  serve(api: HttpApi.Top, handlers: Readonly<Record<string, AnyHandler>>): void {
    for (const group of Object.values(api.groups)) {
      for (const endpoint of Object.values(group.endpoints) as ReadonlyArray<HttpApiEndpoint.Top>) {
        const handler = handlers[endpoint.identifier];
        if (!handler) throw new Error(`no handler for ${endpoint.identifier}`);
        this.#route(endpoint, handler, this.#options.isOpen(endpoint.identifier));
      }
    }
  }

  /** Call last: OPTIONS tells the methods of known paths, wrong ones get 405, everything else 404. */
  finish(): void {
    for (const [path, methods] of this.#methods) {
      const allow = [...methods, "OPTIONS"].toSorted().join(", ");
      this.#app.options(path, (res, req) =>
        replyAtOnce(res, captureRequest(res, req, this.#options.proxies), {
          status: 204,
          headers: { Allow: allow },
        }),
      );
      this.#app.any(path, (res, req) => {
        this.#refuse(res, req, new ApiFailure("method_not_allowed", `this path takes ${allow}`), {
          Allow: allow,
        });
      });
    }
    this.#app.any("/*", (res, req) =>
      this.#refuse(res, req, new ApiFailure("route_not_found", "route not found")),
    );
  }

  #route(endpoint: HttpApiEndpoint.Top, handler: AnyHandler, open: boolean): void {
    const reads = endpoint.method === "GET";
    const known = this.#methods.get(endpoint.path) ?? [];
    this.#methods.set(endpoint.path, new Set([...known, endpoint.method, ...(reads ? ["HEAD"] : [])]));
    const method = endpoint.method === "DELETE" ? "del" : (endpoint.method.toLowerCase() as Method);
    const listen = this.#listener(endpoint, handler, open);
    this.#app[method](endpoint.path, listen);
    if (reads) this.#app.head(endpoint.path, listen);
  }

  #listener(endpoint: HttpApiEndpoint.Top, handler: AnyHandler, open: boolean) {
    const paramNames = [...endpoint.path.matchAll(/:(\w+)/g)].map((match) => match[1]!);
    const takesBody = endpoint.method !== "GET";
    const jsonOnly = this.#options.jsonOnly.has(endpoint.identifier);
    const discarded = this.#options.streaming.get(endpoint.identifier);
    const decode = requestDecoder(endpoint, discarded === undefined);
    const { inFlight } = this.#options;
    return (res: HttpResponse, req: UwsRequest): void => {
      const request = captureRequest(res, req, this.#options.proxies, paramNames);
      const admission = this.#options.admit(endpoint.identifier, request);
      const connection = new Connection(res);
      const streamed = discarded === undefined ? undefined : streamBody(res, connection, inFlight);
      const whole = takesBody && !streamed ? readBody(res, connection, inFlight) : Promise.resolve(EMPTY);
      const work = this.#answer(request, admission, whole, async (rawBody) => {
        const caller = open ? visitor(admission) : await this.#signedIn(request, admission);
        if (jsonOnly) requireJson(request);
        const body = streamed?.stream;
        const decoded = decode(request, rawBody);
        this.#options.authorize(endpoint.identifier, caller, decoded.payload);
        return handler({ ...decoded, request, rawBody, body, caller });
      }).then(async (reply) => {
        const read = streamed && reply ? await streamed.discard(discarded!) : true;
        const close = reply?.close === true || !read;
        if (reply) await sendReply(res, { ...reply, close }, { request, connection, inFlight });
      });
      inFlight.add(work);
    };
  }

  async #answer(
    request: HttpRequest,
    admission: Admission,
    body: Promise<Uint8Array | undefined>,
    handle: (rawBody: Uint8Array) => Promise<HttpReply>,
  ): Promise<HttpReply | undefined> {
    try {
      const rawBody = await body;
      return rawBody && told(await handle(rawBody), admission);
    } catch (error) {
      if (error instanceof BodyAborted) return undefined;
      const reply = failureReply(await this.#options.explain(error, request), request.requestId);
      return { ...told(reply, admission), close: error instanceof BodyUnread };
    }
  }

  async #signedIn(request: HttpRequest, admission: Admission): Promise<Caller> {
    const authenticate = async () => ({ caller: await this.#options.authenticate(request) });
    return (await admission.signedIn(authenticate)).caller;
  }

  #refuse(
    res: HttpResponse,
    req: UwsRequest,
    failure: ApiFailure,
    headers: Record<string, string> = {},
  ): void {
    const request = captureRequest(res, req, this.#options.proxies);
    const reply = failureReply(failure, request.requestId);
    replyAtOnce(res, request, { ...reply, headers: { ...reply.headers, ...headers } });
  }
}

const visitor = (admission: Admission): Caller => {
  admission.requireAddress();
  return anonymous;
};

/** A reply that also tells where its request stands with its limit. */
const told = (reply: HttpReply, { headers }: Admission): HttpReply => ({
  ...reply,
  headers: { ...headers, ...reply.headers },
});

const EMPTY = new Uint8Array();

/** Decoders of an endpoint's parts, compiled once. */
const requestDecoder = (endpoint: HttpApiEndpoint.Top, readsBody: boolean) => {
  const params = endpoint.params && decoderOf(endpoint.params, "path");
  const query = endpoint.query && decoderOf(endpoint.query, "query");
  const headers = endpoint.headers && decoderOf(endpoint.headers, "header");
  const payloadSchema = readsBody ? [...endpoint.payload.values()][0]?.schemas[0] : undefined;
  const payload = payloadSchema && decoderOf(payloadSchema, "body");
  return (request: HttpRequest, body: Uint8Array) => ({
    params: params?.(decodeParams(request.params)),
    query: query?.(withoutEmpty(parseQuery(request.query))),
    headers: headers?.(request.headers),
    payload: payload?.(parseJson(body)),
  });
};

/** A field of a query that is left empty is as good as absent. */
const withoutEmpty = (fields: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));

const requireJson = ({ headers }: HttpRequest): void => {
  if (!/^application\/json *(;|$)/i.test(headers["content-type"] ?? "")) {
    throw new ApiFailure("unsupported_media_type", "the body must be application/json");
  }
};

const decodeParams = (params: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decodeText(value, name)]));
