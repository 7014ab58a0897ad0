import { connect, type NatsConnection } from "@nats-io/transport-node";
import { jetstreamManager, type JetStreamManager } from "@nats-io/jetstream";
import { StoreUnavailable } from "../EventStore.ts";

/** Reconnect attempts come this often: quick enough to be back within the time a caller waits. */
const RECONNECT_WAIT_MS = 100;
/** A dead peer behind a silent network is noticed after two missed pings. */
const PING_INTERVAL_MS = 5_000;

export type ConnectionListener = (state: "connected" | "disconnected") => void;

/** One connection to NATS, which reconnects for ever, and what the adapters need to know of it. */
export class Nats {
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
  #connected = true;
  readonly #listeners = new Set<ConnectionListener>();

  private constructor(connection: NatsConnection, manager: JetStreamManager) {
    this.connection = connection;
    this.manager = manager;
    void this.#follow();
  }

  /** Connects to `nats://[user:password@]host:port[,…]`; throws {@link StoreUnavailable} when none answers. */
  static async connect(url: string, name: string): Promise<Nats> {
    let opened: NatsConnection | undefined;
    try {
      const connection = await connect({
        ...serversOf(url),
        name,
        maxReconnectAttempts: -1,
        reconnectTimeWait: RECONNECT_WAIT_MS,
        reconnectJitter: RECONNECT_WAIT_MS,
        pingInterval: PING_INTERVAL_MS,
        maxPingOut: 2,
        ignoreAuthErrorAbort: true,
      });
      opened = connection;
      return new Nats(connection, await jetstreamManager(connection));
    } catch (cause) {
      await opened?.close();
      throw new StoreUnavailable(`NATS cannot be reached at ${withoutSecrets(url)}`, { cause });
    }
  }

  get connected(): boolean {
    return this.#connected && !this.connection.isClosed();
  }

  /** Refuses work that could only be buffered: what is sent later than its caller waits would surprise everybody. */
  requireConnected(): void {
    if (!this.connected) throw new StoreUnavailable("NATS is not connected");
  }

  onState(listener: ConnectionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (!this.connection.isClosed()) await this.connection.close();
  }

  async #follow(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === "disconnect") this.#tell("disconnected");
      if (status.type === "reconnect") this.#tell("connected");
    }
    this.#tell("disconnected");
  }

  #tell(state: "connected" | "disconnected"): void {
    this.#connected = state === "connected";
    for (const listener of this.#listeners) listener(state);
  }
}

const serversOf = (url: string) => {
  const urls = url.split(",").map((text) => new URL(text.includes("://") ? text : `nats://${text}`));
  const { username, password } = urls[0]!;
  const servers = urls.map((one) => `${one.hostname}:${one.port || 4222}`);
  if (username && !password) return { servers, token: decodeURIComponent(username) };
  return username
    ? { servers, user: decodeURIComponent(username), pass: decodeURIComponent(password) }
    : { servers };
};

const withoutSecrets = (url: string): string => url.replace(/\/\/[^@/]*@/g, "//");
