import { connect } from "node:net";

/**
 * Whether a NATS server on 127.0.0.1 lets this user in and answers. Spoken by hand, as this package does not otherwise
 * need a NATS client.
 *
 * @param withinMs - bound for connecting and each answer
 */
export async function answersNats(
  port: number,
  user: string,
  pass: string,
  withinMs = 1_000,
): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    let received = "";
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(withinMs, () => settle(false));
    socket.once("error", () => settle(false));
    socket.once("close", () => settle(false));
    socket.on("data", (bytes) => {
      const greeted = received.includes("\n");
      received += bytes.toString("latin1");
      if (!greeted && received.includes("\n")) {
        if (!received.includes('"jetstream":true')) return settle(false);
        socket.write(
          `CONNECT ${JSON.stringify({ user, pass, verbose: false, name: "readiness" })}\r\nPING\r\n`,
        );
      }
      if (received.includes("\r\nPONG")) settle(true);
      if (received.includes("\r\n-ERR")) settle(false);
    });
  });
}
