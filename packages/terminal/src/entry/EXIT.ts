/** Exit codes of `clickclack chat`. */
export const EXIT = {
  done: 0,
  /** No server, or it did not take what was said. */
  failed: 1,
  /** What was typed cannot be meant, or the name cannot be had. */
  usage: 2,
} as const;
