/** Which partitions of the logs this process commands. */
export interface Ownership {
  /** True while this process may append to the partition of that log. */
  holds(log: string, partition: number): boolean;
}

/** Commands everything: a single process, and tests. */
export const ownsAll: Ownership = { holds: () => true };
