import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { until } from "./until.ts";

/** A bare IRC client: lines out, lines in. */
export class IrcLineClient {
  readonly #socket: Socket;
  readonly lines: Array<string> = [];
  closed = false;
  #rest = "";
  #seen = 0;
  #pings = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      const parts = (this.#rest + text).split("\r\n");
      this.#rest = parts.pop()!;
      for (const line of parts) {
        this.lines.push(line);
        if (line.startsWith("PING ")) this.send(line.replace("PING", "PONG"));
      }
    });
    socket.on("error", () => undefined);
    socket.on("close", () => (this.closed = true));
  }

  /** Connects to `host:port`. */
  static async connect(address: string, tls = false): Promise<IrcLineClient> {
    const [host, port] = address.split(":") as [string, string];
    const target = { host, port: Number(port) };
    const socket = tls ? connectTls({ ...target, rejectUnauthorized: false }) : connect(target);
    await new Promise<void>((resolve, reject) => {
      socket.once(tls ? "secureConnect" : "connect", () => resolve());
      socket.once("error", reject);
    });
    return new IrcLineClient(socket);
  }

  /** Connects and registers. */
  static async join(address: string, nick: string, ...first: ReadonlyArray<string>): Promise<IrcLineClient> {
    const client = await IrcLineClient.connect(address);
    client.send(...first, `NICK ${nick}`, `USER ${nick} 0 * :${nick}`);
    if (first.some((line) => line.startsWith("CAP "))) client.send("CAP END");
    await client.expect(/^(@\S+ )?:\S+ (376|422) /);
    return client;
  }

  send(...lines: ReadonlyArray<string>): void {
    for (const line of lines) this.#socket.write(`${line}\r\n`);
  }

  bytes(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** The first line from here on that matches. */
  async expect(pattern: RegExp): Promise<string> {
    return until(
      () => {
        const at = this.lines.findIndex((line, n) => n >= this.#seen && pattern.test(line));
        if (at < 0) return undefined;
        this.#seen = at + 1;
        return this.lines[at];
      },
      { what: `${pattern} among\n${this.lines.slice(this.#seen).join("\n")}` },
    );
  }

  /** What came until everything that was sent had its effect; and what these lines cause. */
  async sync(...lines: ReadonlyArray<string>): Promise<ReadonlyArray<string>> {
    const token = `sync${++this.#pings}`;
    this.send(...lines, `PING ${token}`);
    const from = this.#seen;
    await this.expect(new RegExp(`PONG \\S+ :${token}$`));
    return this.lines.slice(from, this.#seen - 1);
  }

  end(): void {
    this.#socket.destroy();
  }
}
