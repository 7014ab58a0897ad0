import { connect, type Socket } from "node:net";

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** A TCP connection to the server, for what no HTTP or WebSocket client would send. */
export class RawConnection {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    const end = () => {
      this.#ended = true;
      this.#wake();
    };
    socket.on("close", end).on("error", end);
  }

  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    return new RawConnection(socket);
  }

  /** Sends bytes, or text as UTF-8. */
  write(...parts: ReadonlyArray<string | Uint8Array>): void {
    for (const part of parts) this.socket.write(part);
  }

  /** The next answer; undefined when the server closed without one, or said nothing for `withinMs`. */
  async answer(
    options: { readonly withoutBody?: boolean; readonly withinMs?: number } = {},
  ): Promise<RawAnswer | undefined> {
    const { withoutBody = false, withinMs = 10_000 } = options;
    const deadline = performance.now() + withinMs;
    for (;;) {
      const parsed = parseAnswer(this.#received, withoutBody);
      if (parsed) {
        this.#received = this.#received.subarray(parsed.length);
        return parsed.answer;
      }
      if (this.#ended || performance.now() >= deadline) return undefined;
      await this.#more(deadline - performance.now());
    }
  }

  /** Resolves with what was received and not read as an answer, once the server has closed. */
  async untilClosed(withinMs = 10_000): Promise<Buffer> {
    const deadline = performance.now() + withinMs;
    while (!this.#ended) {
      if (performance.now() >= deadline) throw new Error("waited in vain for the server to close");
      await this.#more(deadline - performance.now());
    }
    return this.#received;
  }

  get isClosed(): boolean {
    return this.#ended;
  }

  close(): void {
    this.socket.destroy();
  }

  async #more(withinMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, withinMs);
    });
    clearTimeout(timer);
  }
}

const parseAnswer = (
  bytes: Buffer,
  withoutBody: boolean,
): { readonly answer: RawAnswer; readonly length: number } | undefined => {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const headers = new Map(
    lines.map((line) => [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      line.slice(line.indexOf(":") + 1).trim(),
    ]),
  );
  const status = Number(first.split(" ")[1]);
  const size = withoutBody || status === 101 ? 0 : Number(headers.get("content-length") ?? 0);
  const start = end + 4;
  if (bytes.length < start + size) return undefined;
  const body = bytes.subarray(start, start + size).toString("utf8");
  return { answer: { status, headers, body }, length: start + size };
};

/** A request's bytes; `Content-Length` and `Host` are added unless they are given. */
export function rawRequest(
  method: string,
  path: string | Uint8Array,
  options: {
    readonly headers?: ReadonlyArray<readonly [string, string | Uint8Array]>;
    readonly body?: Uint8Array;
  } = {},
): Buffer {
  const { headers = [], body } = options;
  const named = (name: string) => headers.some(([one]) => one.toLowerCase() === name);
  const parts: Array<string | Uint8Array> = [`${method} `, path, " HTTP/1.1\r\n"];
  if (!named("host")) parts.push("Host: localhost\r\n");
  if (body && !named("content-length")) parts.push(`Content-Length: ${body.length}\r\n`);
  for (const [name, value] of headers) parts.push(`${name}: `, value, "\r\n");
  parts.push("\r\n", body ?? "");
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "utf8") : part)));
}
