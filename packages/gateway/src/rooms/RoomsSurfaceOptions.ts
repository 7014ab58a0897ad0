import type { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { Authenticator } from "../authentication/Authenticator.ts";
import type { GatewayContext } from "../GatewayContext.ts";
import type { HttpRequest } from "../http/HttpRequest.ts";
import type { InFlightRequests } from "../http/InFlightRequests.ts";
import type { RateLimits } from "../limits/RateLimits.ts";

/** What a surface of one workspace's rooms is given by its gateway, besides its own ports. */
export interface RoomsSurfaceOptions {
  readonly context: GatewayContext;
  readonly authenticator: Authenticator;
  readonly limits: RateLimits;
  readonly explain: (error: unknown, request: HttpRequest) => Promise<ApiFailure>;
  readonly inFlight: InFlightRequests;
}
