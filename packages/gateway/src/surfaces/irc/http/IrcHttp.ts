import type { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { limitClassOfMethod } from "@clickclack/protocol/http/LimitClasses";
import type { HttpRequest as UwsRequest, HttpResponse, TemplatedApp } from "uWebSockets.js";
import type { GatewayLog } from "../../../GatewayServices.ts";
import type { Caller } from "../../../authentication/Caller.ts";
import { Connection } from "../../../http/Connection.ts";
import { parseJson } from "../../../http/decodeRequest.ts";
import { type HttpReply, replyAtOnce } from "../../../http/HttpReply.ts";
import { captureRequest, type HttpRequest } from "../../../http/HttpRequest.ts";
import type { InFlightRequests } from "../../../http/InFlightRequests.ts";
import type { TrustedProxies } from "../../../http/TrustedProxies.ts";
import { readBody } from "../../../http/readBody.ts";
import { sendReply } from "../../../http/sendReply.ts";
import { Admission } from "../../../limits/Admission.ts";
import type { RateLimits } from "../../../limits/RateLimits.ts";
import { IRC_CODES, IrcRefusal, refusalOf } from "../refusals.ts";

/** A request of this surface. */
export interface IrcRequest {
  readonly request: HttpRequest;
  /** The JSON of the body; undefined where there is none. Throws 400 for what is no JSON. */
  readonly body: () => unknown;
  readonly connection: Connection;
}

export type IrcHandler = (request: IrcRequest) => Promise<HttpReply>;

export interface IrcRoute {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly handle: IrcHandler;
  /** Where no token is needed: an open one counts for the address that asks, and what is free is not counted. */
  readonly access?: "open" | "free";
}

export interface IrcHttpOptions {
  readonly proxies: TrustedProxies;
  readonly inFlight: InFlightRequests;
  readonly limits: RateLimits;
  /** Told of each request, when it was answered, at the level `debug`. */
  readonly log: Pick<GatewayLog, "debug">;
  /** Whoever's token a request bears. Throws ApiFailure. */
  readonly callerOf: (request: HttpRequest) => Promise<Caller>;
  /** Turns whatever was thrown into a failure that may be shown, and logs what may not. */
  readonly explain: (error: unknown, request: HttpRequest) => Promise<ApiFailure>;
}

/** A request on its way to its answer. */
interface Arrived {
  readonly route: IrcRoute;
  readonly request: HttpRequest;
  readonly admission: Admission;
  readonly connection: Connection;
  readonly whole: Promise<Buffer | undefined>;
}

const CORS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "Retry-After, RateLimit, RateLimit-Policy",
};
/** A preflight's answer holds a day: it never changes. */
const PREFLIGHT = {
  ...CORS,
  "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
  "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Hashcash",
  "Access-Control-Max-Age": "86400",
};
const PREFIX = "/api/v1/*";
const METHODS = { GET: "get", POST: "post", DELETE: "del" } as const;

/** The routes of IRC over HTTP: JSON in and out, errors as `{error, message}`, open to pages of any origin. */
export class IrcHttp {
  readonly #app: TemplatedApp;
  readonly #options: IrcHttpOptions;

  constructor(app: TemplatedApp, options: IrcHttpOptions, routes: ReadonlyArray<IrcRoute>) {
    this.#app = app;
    this.#options = options;
    for (const route of routes) this.#route(route);
    for (const path of new Set(routes.map((one) => one.path))) {
      const allow = routes.filter((one) => one.path === path).map(({ method }) => method);
      app.any(path, this.#refuser("method_not_allowed", `this path takes ${allow.join(", ")}`, allow));
    }
    app.options(PREFIX, (res, req) =>
      replyAtOnce(res, captureRequest(res, req, this.#options.proxies), { status: 204, headers: PREFLIGHT }),
    );
    app.any(PREFIX, this.#refuser("not_found", "there is no such path"));
  }

  #route(route: IrcRoute): void {
    const { method, path } = route;
    const paramNames = [...path.matchAll(/:(\w+)/g)].map((match) => match[1]!);
    const { inFlight } = this.#options;
    const listen = (res: HttpResponse, req: UwsRequest): void => {
      const request = captureRequest(res, req, this.#options.proxies, paramNames);
      const admission = admissionTo(route, request, this.#options.limits);
      const connection = new Connection(res);
      const whole =
        method === "POST" ? readBody(res, connection, inFlight) : Promise.resolve(Buffer.alloc(0));
      const begun = performance.now();
      const work = this.#answer({ route, request, admission, connection, whole }).then(async (reply) => {
        this.#logged(request, connection.aborted ? undefined : reply?.status, performance.now() - begun);
        if (!reply) return;
        const headers = { ...CORS, ...admission.headers, ...reply.headers };
        await sendReply(res, { ...reply, headers }, { request, connection, inFlight });
      });
      inFlight.add(work);
    };
    this.#app[METHODS[method]](path, listen);
    if (method === "GET") this.#app.head(path, listen);
  }

  async #answer({ route, request, admission, connection, whole }: Arrived): Promise<HttpReply | undefined> {
    try {
      const bytes = await whole;
      if (!bytes) return undefined;
      await this.#admit(route, request, admission);
      // Read when it is asked for: who is not signed in hears of that first.
      const read = () => (bytes.length === 0 ? undefined : parseJson(bytes));
      return await route.handle({ request, body: read, connection });
    } catch (error) {
      if (error instanceof IrcRefusal) return refusal(error);
      const failure = await this.#options.explain(error, request);
      return refusal(failure.status === 500 ? internal(failure) : refusalOf(failure));
    }
  }

  /** Throws 429 for what is too much; a poll counts when it begins, however long it waits. */
  async #admit({ access }: IrcRoute, request: HttpRequest, admission: Admission): Promise<void> {
    if (access !== undefined) return admission.requireAddress();
    await admission.signedIn(async () => ({ caller: await this.#options.callerOf(request) }));
  }

  /** What follows the path is left out: it may name people. `status` is absent when the client did not wait. */
  #logged({ method, path, requestId }: HttpRequest, status: number | undefined, ms: number): void {
    const line = { method, path, request_id: requestId, ms: Math.round(ms) };
    this.#options.log.debug({ ...line, ...(status !== undefined && { status }) }, "IRC request");
  }

  #refuser(code: "method_not_allowed" | "not_found", message: string, allow: ReadonlyArray<string> = []) {
    const headers = { ...CORS, ...(allow.length > 0 && { Allow: allow.join(", ") }) };
    return (res: HttpResponse, req: UwsRequest): void => {
      const request = captureRequest(res, req, this.#options.proxies);
      const status = IRC_CODES[code];
      this.#logged(request, status, 0);
      replyAtOnce(res, request, { status, body: { error: code, message }, headers });
    };
  }
}

const admissionTo = (
  { access, method }: IrcRoute,
  { address }: HttpRequest,
  limits: RateLimits,
): Admission => {
  const classes = { open: "auth", free: undefined } as const;
  const limitClass = access === undefined ? limitClassOfMethod(method) : classes[access];
  return new Admission(limits, { limitClass, open: access !== undefined, address });
};

const internal = ({ message }: ApiFailure) => new IrcRefusal("400", [], message, "internal");

const refusal = (error: IrcRefusal): HttpReply => {
  const { status, code, message, retryAfter } = error;
  const wait = retryAfter ?? (status === 503 ? 1 : undefined);
  return {
    status,
    body: { error: code, message },
    ...(wait !== undefined && { headers: { "Retry-After": String(Math.ceil(wait)) } }),
  };
};
