import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { TERMINAL_CLOSE_CODES } from "@clickclack/protocol/terminal/TerminalFrames";
import type { TemplatedApp, WebSocket } from "uWebSockets.js";
import type { Caller } from "../../authentication/Caller.ts";
import { isSameOrigin } from "../../authentication/origin.ts";
import { parseQuery } from "../../http/decodeRequest.ts";
import { captureRequest, type HttpRequest } from "../../http/HttpRequest.ts";
import { performUpgrade, refuseOthers } from "../../http/webSocketUpgrade.ts";
import { MAX_BUFFERED_BYTES } from "../../Hub.ts";
import { Admission } from "../../limits/Admission.ts";
import type { RoomsSurfaceOptions } from "../../rooms/RoomsSurfaceOptions.ts";
import { TerminalConnection } from "./TerminalConnection.ts";
import type { TerminalParts } from "./TerminalParts.ts";

/** A frame holds a line; what is longer than a message is refused with an answer, up to here. */
const MAX_FRAME_BYTES = 64 * 1024;
/** A connection without a pong for this long is dead; uWebSockets.js pings well before. */
const IDLE_SECONDS = 60;
const PATH = "/terminal";

export interface ServeTerminalOptions extends Omit<RoomsSurfaceOptions, "context"> {
  readonly parts: TerminalParts;
}

/** The sockets of this surface. */
export interface TerminalSockets {
  readonly connections: () => ReadonlySet<TerminalConnection>;
  /** Closed ones of which something is to be done yet. */
  readonly leaving: () => ReadonlySet<TerminalConnection>;
}

interface SocketData {
  readonly caller: Caller | undefined;
  readonly username: string | undefined;
  readonly text: boolean;
  readonly address: string;
  connection?: TerminalConnection;
  /** Nothing can be sent any more. */
  ended?: boolean;
}

/** Serves `/terminal`. */
export const serveTerminal = (app: TemplatedApp, options: ServeTerminalOptions): TerminalSockets => {
  const { parts } = options;
  const { proxies } = parts.context.services;
  const connections = new Set<TerminalConnection>();
  const leaving = new Set<TerminalConnection>();
  const sockets = new Set<WebSocket<SocketData>>();
  refuseOthers(app, PATH, proxies);
  app.ws<SocketData>(PATH, {
    maxPayloadLength: MAX_FRAME_BYTES,
    maxBackpressure: MAX_BUFFERED_BYTES,
    closeOnBackpressureLimit: true,
    idleTimeout: IDLE_SECONDS,
    sendPingsAutomatically: true,
    upgrade: (res, req, context) => {
      const request = captureRequest(res, req, proxies);
      performUpgrade(options, { res, request, context, sockets }, () => prepare(options, request));
    },
    open: (socket) => {
      const full = sockets.size >= parts.settings.maxConnections;
      sockets.add(socket);
      if (full) return refuseFull(socket);
      connections.add(openConnection(parts, socket, () => connections.size));
    },
    message: (socket, message, binary) => socket.getUserData().connection?.receive(message, binary),
    close: (socket, code) => {
      const data = socket.getUserData();
      const { connection } = data;
      data.ended = true;
      sockets.delete(socket);
      if (!connection) return;
      connections.delete(connection);
      leaving.add(connection);
      void connection.closed(code).finally(() => leaving.delete(connection));
    },
  });
  return { connections: () => connections, leaving: () => leaving };
};

const refuseFull = (socket: WebSocket<SocketData>): void => {
  const message = "this server is full; come back later";
  const { text } = socket.getUserData();
  socket.send(text ? `!! ${message}` : JSON.stringify({ type: "error", code: "at_capacity", message }));
  socket.end(TERMINAL_CLOSE_CODES.refused.code, "full");
};

const openConnection = (
  parts: TerminalParts,
  socket: WebSocket<SocketData>,
  count: () => number,
): TerminalConnection => {
  const data = socket.getUserData();
  const wire = {
    send: (text: string) => {
      // What is dropped closes the socket, which comes back and is told then.
      if (!data.ended && socket.send(text) === 2) data.ended = true;
    },
    together: (write: () => void) => {
      if (!data.ended) socket.cork(write);
    },
    close: (code: number, reason: string) => {
      if (data.ended) return;
      data.ended = true;
      socket.end(code, reason);
    },
  };
  const { caller, username, text, address } = data;
  const connection = new TerminalConnection({
    parts,
    caller,
    username,
    text,
    address,
    count,
    wire,
  });
  data.connection = connection;
  return connection;
};

const prepare = async (
  { authenticator, limits }: ServeTerminalOptions,
  request: HttpRequest,
): Promise<{ readonly data: SocketData; readonly protocol: string }> => {
  const { address } = request;
  new Admission(limits, { limitClass: "connect", open: true, address }).requireAddress();
  // Anybody's page could else talk as a guest from the browser of somebody who reaches this server.
  if (!isSameOrigin(request))
    throw new ApiFailure("forbidden", "a page of another origin opens no socket here");
  const { caller, protocol = "" } = await authenticator.tokenOf(request);
  const query = parseQuery(request.query);
  const [username, format] = [query["username"], query["format"]];
  const data = {
    caller,
    username: typeof username === "string" ? username : undefined,
    text: format === "text",
    address,
  };
  return { data, protocol };
};
