import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below every system's ephemeral ports: an outgoing connection must not take the port of a server that is just
 * restarting, nor a client that retries connect to itself.
 */
const FIRST = 20_000;
const LAST = 31_999;

/** A port on 127.0.0.1 that nobody listens on now. */
export async function pickPort(): Promise<number> {
  for (let i = 0; i < 200; i++) {
    const port = randomInt(FIRST, LAST + 1);
    if (await isPortFree(port)) return port;
  }
  throw new Error(`no free port between ${FIRST} and ${LAST}`);
}

/** Whether a server could listen on this port of 127.0.0.1 now. */
export async function isPortFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}
