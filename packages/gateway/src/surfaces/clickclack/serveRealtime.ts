import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { RealtimeQuery } from "@clickclack/protocol/http/RealtimeGroup";
import { type HttpResponse, type TemplatedApp, type us_socket_context_t } from "uWebSockets.js";
import type { Authenticator } from "../../authentication/Authenticator.ts";
import type { GatewayContext } from "../../GatewayContext.ts";
import { decoderOf, parseQuery } from "../../http/decodeRequest.ts";
import { failureReply, writeReply } from "../../http/HttpReply.ts";
import { captureRequest, type HttpRequest } from "../../http/HttpRequest.ts";
import { type Hub, MAX_BUFFERED_BYTES, type SubscriberSocket } from "../../Hub.ts";
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
  readonly explain: (error: unknown, request: HttpRequest) => ApiFailure;
  readonly encode: (entry: RingEntry) => string | undefined;
  readonly isDraining: () => boolean;
}

const decodeQuery = decoderOf(RealtimeQuery, "query");
const decoder = new TextDecoder();

/** Serves `/api/realtime/ws`. */
export const serveRealtime = (app: TemplatedApp, options: RealtimeOptions): void => {
  const { hub, context, encode } = options;
  const realtime = new RealtimeSocket(context, hub, encode);
  const barriers = new WeakMap<SubscriberSocket, number>();
  app.ws<RealtimeSubscriber>("/api/realtime/ws", {
    maxPayloadLength: MAX_FRAME_BYTES,
    maxBackpressure: MAX_BUFFERED_BYTES,
    closeOnBackpressureLimit: true,
    idleTimeout: IDLE_SECONDS,
    sendPingsAutomatically: true,
    upgrade: (res, req, socketContext) => upgrade(options, res, captureRequest(res, req), socketContext),
    open: (socket) => realtime.start(socket as unknown as SubscriberSocket),
    drain: (socket) => socket.getUserData().onDrain?.(),
    message: (socket, message) => {
      const id = barrierId(message);
      const underWay = barriers.get(socket as unknown as SubscriberSocket) ?? 0;
      if (id === undefined || underWay >= MAX_BARRIERS) return;
      barriers.set(socket as unknown as SubscriberSocket, underWay + 1);
      const done = () => barriers.set(socket as unknown as SubscriberSocket, underWay);
      realtime.barrier(socket as unknown as SubscriberSocket, id).then(done, done);
    },
    close: (socket) => {
      const { onDrain } = socket.getUserData();
      hub.remove(socket as unknown as SubscriberSocket);
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

const upgrade = (
  options: RealtimeOptions,
  res: HttpResponse,
  request: HttpRequest,
  socketContext: us_socket_context_t,
): void => {
  let aborted = false;
  res.onAborted(() => {
    aborted = true;
  });
  const { "sec-websocket-key": key = "", "sec-websocket-extensions": extensions = "" } = request.headers;
  prepare(options, request).then(
    ({ subscriber, protocol }) => {
      if (aborted) return;
      res.cork(() => res.upgrade(subscriber, key, protocol ?? "", extensions, socketContext));
    },
    (error: unknown) => {
      if (aborted) return;
      writeReply(res, request, failureReply(options.explain(error, request), request.requestId));
    },
  );
};

const prepare = async ({ context, authenticator, isDraining }: RealtimeOptions, request: HttpRequest) => {
  if (isDraining()) throw new ApiFailure("unavailable", "this node is being stopped; connect to another");
  const query = decodeQuery(parseQuery(request.query)) as typeof RealtimeQuery.Type;
  const { caller, protocol } = await authenticator.authenticateUpgrade(request);
  const replica = await context.reads.workspace(query.workspace_id, caller);
  const subscriber: RealtimeSubscriber = {
    workspaceId: replica.id,
    userId: caller.account.id,
    credentialId: caller.credentialId,
    topics: new Set(),
    phase: "replaying",
    replica,
    afterCursor: query.after_cursor,
  };
  return { subscriber, protocol };
};
