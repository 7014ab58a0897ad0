import { connect, type Socket } from "node:net";
import type { IrcHttpClient } from "./IrcHttpClient.ts";

/** A parked poll over a connection of its own, as bare as can be: when its answer came, and what it was. */
export class ParkedPoll {
  readonly answered: Promise<{ readonly at: number; readonly text: string }>;
  isAnswered = false;
  readonly #socket: Socket;

  constructor({ url, token, last }: Pick<IrcHttpClient, "url" | "token" | "last">) {
    const { hostname, port, host } = new URL(url);
    const query = `after=${last}&timeout=30`; // the longest that there is
    const head = `GET /api/v1/messages?${query} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n\r\n`;
    this.#socket = connect({ host: hostname, port: Number(port) });
    this.#socket.write(head);
    this.answered = new Promise((resolve, reject) => {
      this.#socket.once("data", (chunk) => {
        this.isAnswered = true;
        resolve({ at: performance.now(), text: chunk.toString() });
      });
      this.#socket.once("error", reject);
      this.#socket.once("close", () => reject(new Error("the connection ended without an answer")));
    });
    this.answered.catch(() => undefined);
  }

  end(): void {
    this.#socket.destroy();
  }
}
