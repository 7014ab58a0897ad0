const MB = 1024 * 1024;
const LEAST_MB = 128;
/** Holds the newest pages and the indexes of some millions of messages; beyond it the system's own cache does. */
const MOST_MB = 1024;
/** A small part of the machine: it runs other things too, and Postgres takes what it needs of this only as it needs it. */
const SHARE = 1 / 16;

/** Postgres's `shared_buffers` for a machine with so many bytes of memory. */
export const postgresMemory = (machineBytes: number): string =>
  `${Math.min(MOST_MB, Math.max(LEAST_MB, Math.floor((machineBytes * SHARE) / MB)))}MB`;
