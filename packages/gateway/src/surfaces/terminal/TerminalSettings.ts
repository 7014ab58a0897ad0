import type { Allowance } from "@clickclack/eventsourcing/Throttle";

/** How this gateway serves the terminal's rooms. */
export interface TerminalSettings {
  /** Name of this node: two processes never have the same at once. */
  readonly node: string;
  /** Whoever says nothing for this long is sent away, in milliseconds. */
  readonly idleMs: number;
  /** Messages of one user; unlimited when absent. */
  readonly rate?: Allowance;
  /** Whether what was said before may be asked for. */
  readonly history: boolean;
  /** Whether the log holds what is said, and not only that something is. */
  readonly logMessages: boolean;
  /** Connections at once. */
  readonly maxConnections: number;
  /** Whether `/metrics` is served. */
  readonly metrics: boolean;
  /** Id of the workspace whose channels the rooms are; undefined while there is none. */
  readonly workspace: () => Promise<string | undefined>;
  /** Whether anybody may come without an account. */
  readonly guests: () => boolean;
}
