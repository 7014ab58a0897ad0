import type { Socket } from "node:net";
import type { IrcMessage } from "../model/IrcMessage.ts";
import { linesOf, tagsOf } from "./formatLine.ts";

/** Bytes that may wait for a client that reads slowly; it is cut off beyond it. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/** Lines that answer one labelled command. */
interface Capture {
  readonly label: string;
  readonly lines: Array<{ readonly message: IrcMessage; readonly line: string }>;
}

export interface LineWriterOptions {
  readonly socket: Socket;
  readonly serverName: string;
  readonly capabilities: () => ReadonlySet<string>;
  readonly nick: () => string;
  /** Told when the client reads too slowly. */
  readonly onSlow: () => void;
}

const corked = new Set<Socket>();

/** What is written until the event loop comes round goes out in one write: the lines of one commit, or of several. */
const corkForNow = (socket: Socket): void => {
  if (corked.has(socket)) return;
  if (corked.size === 0) setImmediate(uncorkAll);
  corked.add(socket);
  socket.cork();
};

const uncorkAll = (): void => {
  const sockets = [...corked];
  corked.clear();
  for (const socket of sockets) socket.uncork();
};

/** Lines of a message without tags, made once for all who get the same. */
const shared = new WeakMap<IrcMessage, ReadonlyArray<string>>();

/** Writes messages to one connection, with the tags that its client asked for. */
export class LineWriter {
  readonly #options: LineWriterOptions;
  #capture: Capture | undefined;
  #batches = 0;

  constructor(options: LineWriterOptions) {
    this.#options = options;
  }

  /** Writes a message; an answer to the labelled command that is being carried out is held until its end. */
  write(message: IrcMessage, answer = true): void {
    const capture = answer ? this.#capture : undefined;
    for (const line of this.#linesOf(message)) {
      if (capture) capture.lines.push({ message, line });
      else this.#send(this.#tags(message, {}) + line);
    }
  }

  /** A line as it is, from the server. */
  raw(line: string): void {
    this.#send(line);
  }

  /** Messages as one batch, or one after the other to whoever knows none. */
  batch(type: string, params: ReadonlyArray<string>, messages: ReadonlyArray<IrcMessage>): void {
    const { serverName, capabilities } = this.#options;
    const label = this.#capture?.label;
    this.#capture = undefined;
    const known = capabilities().has("batch");
    const ref = `b${++this.#batches}`;
    const labelled = tagsOf({ label: capabilities().has("labeled-response") ? label : undefined });
    if (known) this.#send(`${labelled}:${serverName} BATCH +${ref} ${[type, ...params].join(" ")}`);
    for (const message of messages) {
      const tags = this.#tags(message, known ? { batch: ref } : {});
      for (const line of this.#linesOf(message)) this.#send(tags + line);
    }
    if (known) this.#send(`:${serverName} BATCH -${ref}`);
  }

  /** Runs a command whose answer bears a label: one line does so itself, several in a batch, none by an ACK. */
  async labelled(label: string | undefined, run: () => Promise<void>): Promise<void> {
    if (label === undefined || !this.#options.capabilities().has("labeled-response")) return run();
    const capture: Capture = { label, lines: [] };
    this.#capture = capture;
    try {
      await run();
    } finally {
      // A command that wrote a batch of its own has answered with it.
      if (this.#capture === capture) this.#flush(capture);
      this.#capture = undefined;
    }
  }

  #flush({ label, lines }: Capture): void {
    const { serverName } = this.#options;
    const [first] = lines;
    if (!first) return this.#send(`${tagsOf({ label })}:${serverName} ACK`);
    if (lines.length === 1) return this.#send(this.#tags(first.message, { label }) + first.line);
    const ref = `b${++this.#batches}`;
    this.#send(`${tagsOf({ label })}:${serverName} BATCH +${ref} labeled-response`);
    for (const { message, line } of lines) this.#send(this.#tags(message, { batch: ref }) + line);
    this.#send(`:${serverName} BATCH -${ref}`);
  }

  #linesOf(message: IrcMessage): ReadonlyArray<string> {
    const { serverName, nick } = this.#options;
    const own = message.to?.includes(",") ?? false;
    const known = own ? undefined : shared.get(message);
    const lines = known ?? linesOf(message, { serverName, nick: nick() });
    if (!own && !known) shared.set(message, lines);
    return lines;
  }

  #tags({ id, ts, tags }: IrcMessage, more: Readonly<Record<string, string | undefined>>): string {
    const capabilities = this.#options.capabilities();
    return tagsOf({
      ...more,
      time: capabilities.has("server-time") ? ts : undefined,
      msgid: capabilities.has("message-tags") ? id : undefined,
      ...(capabilities.has("message-tags") && tags),
    });
  }

  #send(line: string): void {
    const { socket, onSlow } = this.#options;
    if (socket.destroyed || socket.writableEnded) return;
    corkForNow(socket);
    socket.write(`${line}\r\n`);
    if (socket.writableLength > MAX_WAITING_BYTES) onSlow();
  }
}
