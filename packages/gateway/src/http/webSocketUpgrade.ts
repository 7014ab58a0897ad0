import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { HttpRequest as UwsRequest, HttpResponse, TemplatedApp, WebSocket } from "uWebSockets.js";
import { failureReply, replyAtOnce } from "./HttpReply.ts";
import { captureRequest } from "./HttpRequest.ts";
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

/**
 * An upgrade within its own response's cork goes wrong at times: uWebSockets.js ends the cork on the response, which by
 * then is the new socket if that came to lie at the same address, and may close it. Outside of any cork it works, but
 * each time a warning goes to stderr. Within the cork of another socket the response's own does nothing, and nobody is warned.
 */
export const upgradeUncorked = <Data>(
  res: HttpResponse,
  others: ReadonlySet<WebSocket<Data>>,
  perform: () => void,
): void => {
  const [other] = others;
  if (other) other.cork(() => void res.cork(perform));
  else perform();
};

/** What came while the node is being stopped would be missed by its drain. */
export const stopping = () => new ApiFailure("unavailable", "this node is being stopped; connect to another");
