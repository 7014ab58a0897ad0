import { afterAll, beforeAll } from "vitest";
import { ApiClient } from "./ApiClient.ts";
import { ClickClack, type ClickClackOptions } from "./ClickClack.ts";
import { EventSocket, type EventSocketOptions } from "./EventSocket.ts";
import { Operator } from "./Operator.ts";
import { freshDatabase, freshNats } from "./services.ts";

/** The server that all tests of a file share; its members may be used inside tests and hooks. */
export interface OneServer {
  readonly url: string;
  /** Acts as the development user. */
  readonly client: ApiClient;
  readonly server: ClickClack;
  readonly operator: Operator;
  /** A socket of `client`'s user, or of whoever the headers say. It is closed after the file's tests. */
  readonly watch: (options: EventSocketOptions) => Promise<EventSocket>;
}

type StartOptions = Pick<ClickClackOptions, "args" | "env">;

/** Starts a server before the tests of a file and stops it after them. */
export function oneServer(options: StartOptions | (() => Promise<StartOptions>) = {}): OneServer {
  let server: ClickClack;
  let operator: Operator;
  const sockets: Array<EventSocket> = [];
  beforeAll(async () => {
    const [nats, db] = await Promise.all([freshNats(), freshDatabase()]);
    const wanted = typeof options === "function" ? await options() : options;
    server = await ClickClack.start({ nats: nats.url, db: db.url, ...wanted });
    operator = await Operator.connect(server);
  });
  afterAll(async () => {
    for (const socket of sockets) socket.close();
    await operator?.close();
    await server?.stop();
  });
  return {
    get url() {
      return server.url;
    },
    get client() {
      return new ApiClient(server.url);
    },
    get server() {
      return server;
    },
    get operator() {
      return operator;
    },
    watch: async (wanted) => {
      const socket = await EventSocket.open(server.webSocketUrl, wanted);
      sockets.push(socket);
      return socket;
    },
  };
}
