import type { AccountState } from "@clickclack/identity/account/Account";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { settledWithin } from "../../../settledWithin.ts";
import type { ListenAddress } from "../IrcSettings.ts";
import type { IrcSurfaceParts } from "../IrcSurfaceParts.ts";
import { IrcConnection } from "./IrcConnection.ts";
import type { TagMessage } from "./tagMessage.ts";

/** Connections at once: each costs some 20 KB, and a place in every fan-out. */
const MAX_CONNECTIONS = 20_000;
/** Of one address: a whole school behind one router. */
const MAX_PER_ADDRESS = 5_000;
/** Ends of connections that a drain waits for; those that are left are swept elsewhere. */
const DRAIN_MS = 1_000;

/** Where IRC clients connect. */
export class IrcListener {
  readonly #parts: IrcSurfaceParts;
  readonly #connections = new Set<IrcConnection>();
  readonly #byAddress = new Map<string, number>();
  readonly #servers: Array<Server> = [];

  constructor(parts: IrcSurfaceParts) {
    this.#parts = parts;
  }

  /** Listens wherever the settings say; returns the ports. */
  async listen(): Promise<{ readonly port?: number; readonly tlsPort?: number }> {
    const { listen, tls } = this.#parts.settings;
    const accept = (socket: Socket) => this.#accept(socket);
    const port = listen && (await this.#open(createServer(accept), listen));
    const tlsPort = tls && (await this.#open(createTlsServer({ cert: tls.cert, key: tls.key }, accept), tls));
    return { ...(port !== undefined && { port }), ...(tlsPort !== undefined && { tlsPort }) };
  }

  /** Clients that are here right now. */
  clients(): ReadonlyArray<{ readonly clientId: string; readonly userId: string }> {
    return [...this.#connections].flatMap(({ client }) => client ?? []);
  }

  /** Tells those of tags who are connected here. */
  relay(told: TagMessage): void {
    for (const connection of this.#connections) connection.relay(told);
  }

  /** An account changed: whoever is connected as one that is no longer good is cut off. */
  onAccount(account: AccountState): void {
    if (account.active) return;
    for (const connection of this.#connections)
      if (connection.userId === account.id) connection.close("this account is deactivated");
  }

  /** Takes no more connections, and ends those that there are; what came on them before may take `finishMs`. */
  async drain(finishMs: number): Promise<void> {
    for (const server of this.#servers) server.close();
    const end = async (connection: IrcConnection) => {
      await settledWithin(finishMs, connection.settled());
      connection.close("this server is stopping");
      await settledWithin(DRAIN_MS, connection.closed());
    };
    await Promise.all([...this.#connections].map(end));
  }

  #open(server: Server, { host, port }: ListenAddress): Promise<number> {
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      server.once("error", (cause) =>
        reject(new Error(`${host}:${port} cannot be listened on; is it in use?`, { cause })),
      );
      server.listen({ host, port }, () => {
        const address = server.address();
        resolve(typeof address === "object" && address ? address.port : port);
      });
    });
  }

  #accept(socket: Socket): void {
    const address = socket.remoteAddress ?? "";
    const here = this.#byAddress.get(address) ?? 0;
    if (this.#connections.size >= MAX_CONNECTIONS || here >= MAX_PER_ADDRESS) {
      socket.on("error", () => undefined);
      socket.end("ERROR :Closing link: too many connections\r\n");
      return;
    }
    this.#byAddress.set(address, here + 1);
    const onClosed = (connection: IrcConnection) => {
      this.#connections.delete(connection);
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#byAddress.set(address, left);
      else this.#byAddress.delete(address);
    };
    this.#connections.add(new IrcConnection({ parts: this.#parts, socket, onClosed }));
  }
}
