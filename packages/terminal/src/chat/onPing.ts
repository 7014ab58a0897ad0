import { subscribe, unsubscribe } from "node:diagnostics_channel";

const CHANNEL = "undici:websocket:ping";

/**
 * Calls `listener` whenever a server pings over a WebSocket of this process: Node's WebSocket answers pings and tells of them
 * here alone. A Node that does not tell never calls. Returns how to stop it.
 */
export const onPing = (listener: () => void): (() => void) => {
  subscribe(CHANNEL, listener);
  return () => void unsubscribe(CHANNEL, listener);
};
