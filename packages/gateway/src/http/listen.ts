import { createServer } from "node:net";
import type { TemplatedApp, us_listen_socket } from "uWebSockets.js";
import { us_socket_local_port } from "./uWebSockets.ts";

export interface Listening {
  readonly socket: us_listen_socket;
  readonly port: number;
}

/** LIBUS_LISTEN_EXCLUSIVE_PORT, which the types have as a name without a value. */
const EXCLUSIVE_PORT = 1;

/** The declared signatures leave out a host together with options; the server takes them. */
type ListenExclusively = (
  host: string,
  port: number,
  options: number,
  callback: (socket: us_listen_socket | false) => void,
) => void;

/** Listens on a port that nobody else listens on; the system chooses one when `port` is 0. */
export const listen = async (app: TemplatedApp, host: string, port: number): Promise<Listening> => {
  // Left to choose itself, uWebSockets.js takes a port that cannot be listened on again right after a kill.
  const wanted = port === 0 ? await freePort(host) : port;
  return new Promise((resolve, reject) => {
    // Exclusively: else a second server on the same address would be given every other connection.
    (app.listen as unknown as ListenExclusively)(host, wanted, EXCLUSIVE_PORT, (socket) => {
      if (socket) resolve({ socket, port: us_socket_local_port(socket) });
      else reject(new Error(`${host}:${port} cannot be listened on; is it in use?`));
    });
  });
};

const freePort = (host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host, port: 0, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
