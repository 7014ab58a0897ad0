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

/** Writers that have something to write once the event loop comes round. */
const waiting = new Set<LineWriter>();

const flushAll = (): void => {
  const writers = [...waiting];
  waiting.clear();
  for (const writer of writers) writer.flush();
};

/** Which tags the lines of a client bear: a client's shape. */
const TIMED = 1;
const TAGGED = 2;
const SHAPES = 4;

/** What a message is on the wire, made once for all connections of a shape that get the same; at a shape's index. */
const encoded = new WeakMap<IrcMessage, Array<string | undefined>>();
/** Its lines without tags, likewise. */
const shared = new WeakMap<IrcMessage, ReadonlyArray<string>>();

/** Writes messages to one connection, with the tags that its client asked for. */
export class LineWriter {
  readonly #options: LineWriterOptions;
  #capture: Capture | undefined;
  #batches = 0;
  /** Lines that go out together: those of one commit, or of several. */
  #waiting = "";
  /** The capabilities that {@link #known} was made of. */
  #capabilities: ReadonlySet<string> | undefined;
  #known = 0;

  constructor(options: LineWriterOptions) {
    this.#options = options;
  }

  /** Writes a message; an answer to the labelled command that is being carried out is held until its end. */
  write(message: IrcMessage, answer = true): void {
    const capture = answer ? this.#capture : undefined;
    if (!capture) return this.#put(this.#textOf(message));
    for (const line of this.#linesOf(message)) capture.lines.push({ message, line });
  }

  /** Writes what waits. To be called before the connection is ended. */
  flush(): void {
    const { socket, onSlow } = this.#options;
    const text = this.#waiting;
    this.#waiting = "";
    if (text === "" || socket.destroyed || socket.writableEnded) return;
    socket.write(text);
    if (socket.writableLength > MAX_WAITING_BYTES) onSlow();
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

  /** Which of the {@link SHAPES} its client has; capabilities are another set whenever they change. */
  get #shape(): number {
    const capabilities = this.#options.capabilities();
    if (capabilities === this.#capabilities) return this.#known;
    this.#capabilities = capabilities;
    const timed = capabilities.has("server-time") ? TIMED : 0;
    this.#known = timed | (capabilities.has("message-tags") ? TAGGED : 0);
    return this.#known;
  }

  /** A message as text with its line ends. */
  #textOf(message: IrcMessage): string {
    const shape = this.#shape;
    const texts = encoded.get(message) ?? Array.from<string | undefined>({ length: SHAPES });
    const known = texts[shape];
    if (known !== undefined) return known;
    const tags = this.#tags(message, {});
    const text = this.#linesOf(message)
      .map((line) => `${tags}${line}\r\n`)
      .join("");
    if (!isOfOne(message)) {
      texts[shape] = text;
      encoded.set(message, texts);
    }
    return text;
  }

  #linesOf(message: IrcMessage): ReadonlyArray<string> {
    const { serverName, nick } = this.#options;
    const own = isOfOne(message);
    const known = own ? undefined : shared.get(message);
    const lines = known ?? linesOf(message, { serverName, nick: nick() });
    if (!own && !known) shared.set(message, lines);
    return lines;
  }

  #tags({ id, ts, tags }: IrcMessage, more: Readonly<Record<string, string | undefined>>): string {
    const shape = this.#shape;
    const tagged = (shape & TAGGED) !== 0;
    return tagsOf({
      ...more,
      time: (shape & TIMED) === 0 ? undefined : ts,
      msgid: tagged ? id : undefined,
      ...(tagged && tags),
    });
  }

  #send(line: string): void {
    this.#put(`${line}\r\n`);
  }

  #put(text: string): void {
    if (this.#waiting === "") {
      if (waiting.size === 0) setImmediate(flushAll);
      waiting.add(this);
    }
    this.#waiting += text;
    if (this.#waiting.length > MAX_WAITING_BYTES) this.flush();
  }
}

/** Whether a message reads differently for each who gets it: in a conversation of several it is to oneself. */
const isOfOne = ({ to }: IrcMessage): boolean => to?.includes(",") ?? false;
