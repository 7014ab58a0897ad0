/** WebSocket close codes that the gateway sends. `retry` tells a client whether to connect again by itself. */
export const CLOSE_CODES = {
  /** A frame that no client of this surface may send, or one over the size limit of the protocol. */
  protocol: { code: 1008, reason: "policy violation", retry: false },
  /** Membership, session or token ended; sign in again or give up. */
  accessRevoked: { code: 1008, reason: "access revoked", retry: false },
  /** The node is being stopped: connect again, to any node, with the last cursor. */
  draining: { code: 1012, reason: "service restart", retry: true },
  /** The client read too slowly, or a replay could not be served: connect again with the last cursor. */
  slowConsumer: { code: 1013, reason: "slow consumer", retry: true },
  replayFailed: { code: 1013, reason: "replay failed, try again", retry: true },
  /** The cursor cannot be served: drop what is known, read the state again, connect with its tail cursor. */
  resyncRequired: { code: 4001, reason: "resync required", retry: true },
} as const;

export type CloseCode = (typeof CLOSE_CODES)[keyof typeof CLOSE_CODES];
