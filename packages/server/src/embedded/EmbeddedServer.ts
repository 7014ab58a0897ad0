/** A server that runs as a child of this process. */
export interface EmbeddedServer {
  /** with user and password; the same after every restart on the same data folder */
  readonly url: string;
  /** pid of the server; undefined while it is down */
  pid(): number | undefined;
  /** stops it; resolves when it has gone (at most 20 s) */
  stop(): Promise<void>;
  /** ends it with SIGKILL and leaves it down, as a power cut would */
  kill(): Promise<void>;
}
