import { connect, type Socket } from "node:net";

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** A keep-alive connection with one request in flight. It reads just enough of the answer, so that little of what is measured is ours. */
export class HttpConnection {
  readonly #socket: Socket;
  #received = "";
  #answer: ((answer: HttpAnswer) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true).setEncoding("latin1");
    socket.on("data", (chunk: string) => this.#read(chunk));
    socket.on("error", (error) => this.#fail?.(error));
    socket.on("close", () => this.#fail?.(new Error("the server closed the connection")));
  }

  static open(host: string, port: number): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new HttpConnection(socket));
      });
    });
  }

  /** Sends a whole request; call again after its answer only. */
  send(request: string): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.#answer = resolve;
      this.#fail = reject;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#answer = undefined;
    this.#fail = undefined;
    this.#socket.destroy();
  }

  #read(chunk: string): void {
    this.#received += chunk;
    const end = this.#received.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = Number(/content-length: *(\d+)/i.exec(this.#received.slice(0, end))?.[1] ?? 0);
    if (this.#received.length < end + 4 + length) return;
    const answer = { status: Number(this.#received.slice(9, 12)), text: this.#received.slice(end + 4) };
    this.#received = "";
    this.#answer?.(answer);
  }
}

/** Where requests go, and what they are. */
export interface PostTarget {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** Headers beside those of every request, each with its `\r\n`. */
  readonly headers: string;
  readonly body: string;
}

/** The text of such a request. */
export const postRequest = ({ host, port, path, headers, body }: PostTarget): string =>
  `POST ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nContent-Type: application/json\r\n${headers}` +
  `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
