import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { until } from "./until.ts";

/** A WebSocket client by hand that reads nothing after the handshake, until it is told to. */
export class SilentSocket {
  readonly #socket: Socket;
  #bytes = 0;
  #tail: Buffer = Buffer.alloc(0);
  #ended = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Resolves when the upgrade was accepted. */
  static async open(address: string, path: string): Promise<SilentSocket> {
    const { hostname, port } = new URL(address);
    const socket = connect({ host: hostname, port: Number(port) });
    const silent = new SilentSocket(socket);
    let head = "";
    const upgraded = new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.on("data", function onData(bytes) {
        // The answer may come in pieces, as it is written outside of any cork.
        head += bytes.toString("latin1");
        if (!head.includes("\r\n\r\n")) return;
        socket.off("data", onData);
        socket.pause();
        if (head.startsWith("HTTP/1.1 101")) resolve();
        else reject(new Error(head));
      });
    });
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: ${hostname}:${port}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
    ];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    await upgraded;
    socket.on("error", () => (silent.#ended = true));
    socket.on("end", () => (silent.#ended = true));
    socket.on("close", () => (silent.#ended = true));
    return silent;
  }

  /** Reads what the server still has for it, to the end; how many bytes that was, and the close code, if one came. */
  async readToTheEnd(): Promise<{ readonly bytes: number; readonly code: number | undefined }> {
    this.#socket.on("data", (chunk) => {
      this.#bytes += chunk.length;
      this.#tail = Buffer.concat([this.#tail, chunk]).subarray(-256);
    });
    this.#socket.resume();
    await until(() => this.#ended, { what: "the server to close a socket", deadlineMs: 60_000 });
    return { bytes: this.#bytes, code: closeCodeIn(this.#tail) };
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

/** The code of an unmasked close frame at the end of what was received. */
const closeCodeIn = (tail: Buffer): number | undefined => {
  for (let at = tail.length - 4; at >= 0; at--) {
    const length = tail[at + 1]!;
    if (tail[at] === 0x88 && at + 2 + length === tail.length) return tail.readUInt16BE(at + 2);
  }
  return undefined;
};
