import { randomBytes } from "node:crypto";
import { WebSocket } from "ws";
import { until } from "./until.ts";

/** A frame as it came: its fields are as the protocol says, or the test fails on them. */
export interface AnyFrame {
  readonly type: string;
  readonly id?: string;
  readonly ts?: string;
  readonly username?: string;
  readonly room?: string;
  readonly rooms?: ReadonlyArray<string>;
  readonly users?: ReadonlyArray<string>;
  readonly text?: string;
  readonly code?: string;
  readonly message?: string;
  readonly resume?: string;
  readonly missed?: boolean;
  readonly history?: boolean;
  readonly action?: boolean;
  readonly direct?: string;
  readonly thread?: string;
  readonly retry_after?: number;
}

export interface TerminalSocketOptions {
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: ReadonlyArray<string>;
}

let inputs = 0;

/** A plain WebSocket client of `/terminal` that keeps every frame, or in text mode every line, that it got. */
export class TerminalSocket {
  readonly socket: WebSocket;
  readonly frames: Array<AnyFrame> = [];
  readonly lines: Array<string> = [];
  closed: { readonly code: number; readonly reason: string } | undefined;

  private constructor(socket: WebSocket, text: boolean) {
    this.socket = socket;
    socket.on("message", (data) => {
      const raw = (data as Buffer).toString("utf8");
      if (text) this.lines.push(...raw.split("\n"));
      else this.frames.push(JSON.parse(raw) as AnyFrame);
    });
    socket.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString("utf8") };
    });
    socket.on("error", () => undefined);
  }

  /** Connects; rejects with the status when the upgrade is refused. `url` is `ws://host:port`. */
  static open(url: string, { query = "", headers = {}, protocols = [] }: TerminalSocketOptions = {}) {
    const socket = new WebSocket(`${url}/terminal${query}`, [...protocols], { headers: { ...headers } });
    const client = new TerminalSocket(socket, query.includes("format=text"));
    return new Promise<TerminalSocket>((resolve, reject) => {
      socket.once("open", () => resolve(client));
      socket.once("unexpected-response", (_request, response) => {
        response.resume();
        reject(Object.assign(new Error(`refused: ${response.statusCode}`), { status: response.statusCode }));
      });
      socket.once("error", reject);
    });
  }

  /** Connects, and says hello; resolves when it was welcomed or refused. */
  static async join(
    url: string,
    username: string,
    hello: object = {},
    options: TerminalSocketOptions = {},
  ): Promise<TerminalSocket> {
    const client = await TerminalSocket.open(url, options);
    client.send({ type: "hello", username, ...hello });
    await client.frame((frame) => frame.type === "welcome" || frame.type === "error", "a welcome");
    return client;
  }

  get welcome(): AnyFrame {
    const found = this.frames.find(({ type }) => type === "welcome");
    if (!found) throw new Error(`not welcomed: ${JSON.stringify(this.frames)}`);
    return found;
  }

  /** The newest resume token. */
  get resume(): string {
    return this.frames.findLast(({ resume }) => resume !== undefined)!.resume!;
  }

  /** Frames of a type. */
  of(type: string): ReadonlyArray<AnyFrame> {
    return this.frames.filter((frame) => frame.type === type);
  }

  /** Texts of the messages that came. */
  get said(): ReadonlyArray<string> {
    return this.of("message").map(({ text }) => text!);
  }

  send(frame: object | string): void {
    this.socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** Types something, and resolves with what came from then on, the answer last. */
  async type(text: string, id = `in-${++inputs}`): Promise<ReadonlyArray<AnyFrame>> {
    const from = this.frames.length;
    this.send({ type: "input", text, id });
    const answers = (frame: AnyFrame) => (frame.type === "ack" || frame.type === "error") && frame.id === id;
    await until(() => this.frames.slice(from).some(answers), { what: `an answer to ${text}` });
    return this.frames.slice(from, this.frames.findIndex((frame, at) => at >= from && answers(frame)) + 1);
  }

  /** The answer to something that is refused. */
  async refused(text: string): Promise<AnyFrame> {
    const answer = (await this.type(text)).at(-1)!;
    if (answer.type !== "error") throw new Error(`${text} was not refused: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** The notices that answer something. */
  async notices(text: string): Promise<string> {
    return (await this.type(text))
      .flatMap((frame) => (frame.type === "notice" ? [frame.text] : []))
      .join("\n");
  }

  frame(matches: (frame: AnyFrame) => boolean, what: string): Promise<AnyFrame> {
    return until(() => this.frames.find(matches), { what });
  }

  message(text: string): Promise<AnyFrame> {
    return this.frame((frame) => frame.type === "message" && frame.text === text, `the message ${text}`);
  }

  line(matches: RegExp): Promise<string> {
    return until(() => this.lines.find((line) => matches.test(line)), { what: `a line like ${matches}` });
  }

  end(): Promise<{ readonly code: number; readonly reason: string }> {
    return until(() => this.closed, { what: "the end of the connection" });
  }

  /** Cuts the connection without a word, as a lost network does. */
  async cut(): Promise<void> {
    this.socket.terminate();
    await this.end();
  }

  close(code = 1000): void {
    this.socket.close(code);
  }
}

/** A name that nobody else has. */
export const freshName = (prefix = "u"): string => `${prefix}${randomBytes(5).toString("hex")}`;
