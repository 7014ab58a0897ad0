import type { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { REALTIME_SCOPE } from "@clickclack/protocol/http/BotAccess";
import { RealtimeQuery } from "@clickclack/protocol/http/RealtimeGroup";
import type { TemplatedApp, WebSocket } from "uWebSockets.js";
import { requireScope, seesConversations } from "../../authentication/authorize.ts";
import type { Authenticator } from "../../authentication/Authenticator.ts";
import type { GatewayContext } from "../../GatewayContext.ts";
import { decoderOf, parseQuery } from "../../http/decodeRequest.ts";
import { captureRequest, type HttpRequest } from "../../http/HttpRequest.ts";
import type { InFlightRequests } from "../../http/InFlightRequests.ts";
import { performUpgrade, refuseOthers } from "../../http/webSocketUpgrade.ts";
import { type Hub, MAX_BUFFERED_BYTES, type SubscriberSocket } from "../../Hub.ts";
import { Admission } from "../../limits/Admission.ts";
import type { RateLimits } from "../../limits/RateLimits.ts";
import type { RingEntry } from "../../replica/EventRing.ts";
import { RealtimeSocket, type RealtimeSubscriber } from "./RealtimeSocket.ts";

/** Clients of this surface write over HTTP; the only frame they may send is a small barrier. */
const MAX_FRAME_BYTES = 16 * 1024;
/** A connection without a pong for this long is dead; uWebSockets.js pings well before. */
const IDLE_SECONDS = 60;
/** Barriers that one socket may have under way. */
const MAX_BARRIERS = 8;
const MAX_BARRIER_ID = 128;

export interface RealtimeOptions {
  readonly context: GatewayContext;
  readonly hub: Hub;
  readonly authenticator: Authenticator;
  readonly explain: (error: unknown, request: HttpRequest) => Promise<ApiFailure>;
  readonly limits: RateLimits;
  readonly encode: (entry: RingEntry) => string | undefined;
  readonly inFlight: InFlightRequests;
}

type RealtimeWebSocket = WebSocket<RealtimeSubscriber>;

const PATH = "/api/realtime/ws";
const decodeQuery = decoderOf(RealtimeQuery, "query");
const decoder = new TextDecoder();

/** Serves `/api/realtime/ws`. */
export const serveRealtime = (app: TemplatedApp, options: RealtimeOptions): void => {
  const { hub, context, encode } = options;
  const realtime = new RealtimeSocket(context, hub, encode);
  const openSockets = new Set<RealtimeWebSocket>();
  const barriers = new WeakMap<SubscriberSocket, number>();
  const underWay = (socket: SubscriberSocket) => barriers.get(socket) ?? 0;
  const { proxies } = context.services;
  refuseOthers(app, PATH, proxies);
  app.ws<RealtimeSubscriber>(PATH, {
    maxPayloadLength: MAX_FRAME_BYTES,
    maxBackpressure: MAX_BUFFERED_BYTES,
    closeOnBackpressureLimit: true,
    idleTimeout: IDLE_SECONDS,
    sendPingsAutomatically: true,
    upgrade: (res, req, socketContext) => {
      const request = captureRequest(res, req, proxies);
      const { address } = request;
      const admission = new Admission(options.limits, { limitClass: "connect", open: false, address });
      const upgrade = {
        res,
        request,
        context: socketContext,
        sockets: openSockets,
        headers: () => admission.headers,
      };
      performUpgrade(options, upgrade, () => prepare(options, request, admission));
    },
    open: (socket) => {
      openSockets.add(socket);
      realtime.start(socket);
    },
    drain: (socket) => socket.getUserData().onDrain?.(),
    message: (subscriber, message) => {
      const id = barrierId(message);
      const socket = subscriber as unknown as SubscriberSocket;
      if (id === undefined || underWay(socket) >= MAX_BARRIERS) return;
      barriers.set(socket, underWay(socket) + 1);
      const answered = realtime.barrier(socket, id).catch(() => undefined);
      void answered.then(() => barriers.set(socket, underWay(socket) - 1));
    },
    close: (socket) => {
      openSockets.delete(socket);
      const { onDrain } = socket.getUserData();
      hub.remove(socket);
      onDrain?.();
    },
  });
};

/** The id of `{"type":"barrier","id":"…"}`; whatever else a client sends is passed over. */
const barrierId = (message: ArrayBuffer): string | undefined => {
  try {
    const frame = JSON.parse(decoder.decode(message)) as {
      readonly type?: unknown;
      readonly id?: unknown;
    } | null;
    if (frame?.type !== "barrier" || typeof frame.id !== "string") return undefined;
    return frame.id.length <= MAX_BARRIER_ID ? frame.id : undefined;
  } catch {
    return undefined;
  }
};

const prepare = async (
  { context, authenticator }: RealtimeOptions,
  request: HttpRequest,
  admission: Admission,
) => {
  const { caller, protocol } = await admission.signedIn(() => authenticator.authenticateUpgrade(request));
  requireScope(caller, REALTIME_SCOPE);
  const query = decodeQuery(parseQuery(request.query)) as typeof RealtimeQuery.Type;
  const replica = await context.reads.workspace(query.workspace_id, caller);
  const subscriber: RealtimeSubscriber = {
    workspaceId: replica.id,
    userId: caller.account.id,
    credentialId: caller.credentialId,
    ownerUserId: caller.account.ownerUserId,
    expiresAt: caller.expiresAt,
    conversations: seesConversations(caller),
    topics: new Set(),
    phase: "replaying",
    replica,
    afterCursor: query.after_cursor,
  };
  return { data: subscriber, ...(protocol !== undefined && { protocol }) };
};
