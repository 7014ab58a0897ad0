import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type {
  HttpRequest as UwsRequest,
  HttpResponse,
  TemplatedApp,
  us_socket_context_t,
  WebSocket,
} from "uWebSockets.js";
import { failureReply, replyAtOnce, writeReply } from "./HttpReply.ts";
import { captureRequest, type HttpRequest } from "./HttpRequest.ts";
import type { InFlightRequests } from "./InFlightRequests.ts";
import type { TrustedProxies } from "./TrustedProxies.ts";

/** Answers whatever comes to a WebSocket's path and is no upgrade. */
export const refuseOthers = (app: TemplatedApp, path: string, proxies: TrustedProxies): void => {
  const refuse = (failure: ApiFailure) => (res: HttpResponse, req: UwsRequest) => {
    const request = captureRequest(res, req, proxies);
    replyAtOnce(res, request, failureReply(failure, request.requestId));
  };
  const headers = { Allow: "GET" };
  app.get(path, refuse(new ApiFailure("invalid_request", "this path takes upgrades to WebSocket alone")));
  app.any(path, refuse(new ApiFailure("method_not_allowed", "this path takes GET", { headers })));
};

/** A request that is to become a socket. */
export interface Upgrade<Data> {
  readonly res: HttpResponse;
  readonly request: HttpRequest;
  readonly context: us_socket_context_t;
  /** The sockets that there are already. */
  readonly sockets: ReadonlySet<WebSocket<Data>>;
  /** Headers of a refusal. */
  readonly headers?: () => Readonly<Record<string, string>>;
}

export interface UpgradeOptions {
  readonly explain: (error: unknown, request: HttpRequest) => Promise<ApiFailure>;
  readonly inFlight: InFlightRequests;
}

/** Makes a socket of a request once `prepare` has found out what its data are, or answers with why not. */
export const performUpgrade = <Data>(
  { explain, inFlight }: UpgradeOptions,
  { res, request, context, sockets, headers }: Upgrade<Data>,
  prepare: () => Promise<{ readonly data: Data; readonly protocol?: string }>,
): void => {
  let aborted = false;
  res.onAborted(() => {
    aborted = true;
  });
  const { "sec-websocket-key": key = "", "sec-websocket-extensions": extensions = "" } = request.headers;
  const refuse = (failure: ApiFailure) => {
    const reply = failureReply(failure, request.requestId);
    writeReply(res, request, { ...reply, headers: { ...headers?.(), ...reply.headers } });
  };
  const prepared = inFlight.draining ? Promise.reject(stopping()) : prepare();
  prepared.then(
    ({ data, protocol = "" }) => {
      if (aborted) return;
      // What was being prepared when the drain began would be missed by it.
      if (inFlight.draining) return refuse(stopping());
      upgradeUncorked(res, sockets, () => res.upgrade(data, key, protocol, extensions, context));
    },
    async (error: unknown) => {
      const failure = await explain(error, request);
      if (!aborted) refuse(failure);
    },
  );
};

/**
 * An upgrade within its own response's cork goes wrong at times: uWebSockets.js ends the cork on the response, which by
 * then is the new socket if that came to lie at the same address, and may close it. Outside of any cork it works, but
 * each time a warning goes to stderr. Within the cork of another socket the response's own does nothing, and nobody is warned.
 */
const upgradeUncorked = <Data>(
  res: HttpResponse,
  others: ReadonlySet<WebSocket<Data>>,
  perform: () => void,
): void => {
  const [other] = others;
  if (other) other.cork(() => void res.cork(perform));
  else perform();
};

const stopping = () => new ApiFailure("unavailable", "this node is being stopped; connect to another");
