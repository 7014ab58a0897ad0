import { StoreUnavailable } from "@clickclack/eventsourcing/EventStore";
import { takeTurn } from "@clickclack/eventsourcing/Throttle";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { newId } from "@clickclack/protocol/Ids";
import type { Socket } from "node:net";
import type { RingEntry } from "../../../replica/EventRing.ts";
import { bounded } from "../commands/channels.ts";
import { type CommandResult, type IrcCommand, refusalReply } from "../commands/IrcCommand.ts";
import { runCommand } from "../commands/runCommand.ts";
import type { IrcActor } from "../IrcParts.ts";
import type { IrcSurfaceParts } from "../IrcSurfaceParts.ts";
import { clientTags } from "../model/aboutMessage.ts";
import type { IrcMessage } from "../model/IrcMessage.ts";
import { foldName } from "../../../rooms/nick.ts";
import { type Reply, replyMessage } from "../model/numerics.ts";
import { IrcRefusal, refusalOf, refuse } from "../refusals.ts";
import { chatHistory } from "./chatHistory.ts";
import { LineReader, type Read } from "./LineReader.ts";
import { LineWriter } from "./LineWriter.ts";
import { type IrcLine, parseLine } from "./parseLine.ts";
import { Registration } from "./Registration.ts";
import { Seat } from "./Seat.ts";
import { Speeches, type Turn } from "./Speeches.ts";
import { type TagMessage, tagMessage } from "./tagMessage.ts";

/** Lines of one client that wait for their turn; the socket waits beyond it. */
const MAX_QUEUED_LINES = 500;
/** How long a connection may take to say who it is. */
const REGISTER_WITHIN_MS = 60_000;
/** A silent client is pinged after this, and cut off after as long again. */
const SILENT_MS = 90_000;

export interface IrcConnectionOptions {
  readonly parts: IrcSurfaceParts;
  readonly socket: Socket;
  readonly onClosed: (connection: IrcConnection) => void;
}

/** One IRC client's connection: lines in, one after the other; lines out as they come. */
export class IrcConnection {
  readonly id = newId("req");
  readonly #options: IrcConnectionOptions;
  readonly #reader = new LineReader();
  readonly #writer: LineWriter;
  readonly #registration: Registration;
  readonly #queue: Array<Read> = [];
  readonly #speeches = new Speeches();
  #pumping: Promise<void> | undefined;
  #seat: Seat | undefined;
  #commands = 0;
  #due = 0;
  #correlationId = "";
  #closed = false;
  #reason = "connection closed";
  #timer: NodeJS.Timeout;
  #pinged = false;

  constructor(options: IrcConnectionOptions) {
    this.#options = options;
    const { socket, parts } = options;
    const { serverName } = parts.settings;
    this.#writer = new LineWriter({
      socket,
      serverName,
      capabilities: () => this.#registration.capabilities,
      nick: () => this.nick,
      onSlow: () => this.close("it reads too slowly"),
    });
    this.#registration = new Registration({
      parts,
      address: socket.remoteAddress ?? "",
      say: (one) => this.#say(one),
      raw: (line) => this.#writer.raw(line),
    });
    this.#timer = setTimeout(() => this.close("registration took too long"), REGISTER_WITHIN_MS);
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#onData(chunk));
    socket.on("error", () => undefined);
    socket.on("end", () => this.#hangUp());
    socket.on("close", () => this.#hangUp());
  }

  get nick(): string {
    return this.#seat?.nick ?? this.#registration.nick;
  }

  get userId(): string | undefined {
    return this.#seat?.userId;
  }

  /** The client that this is in its session; undefined while it is none. */
  get client(): { readonly clientId: string; readonly userId: string } | undefined {
    return this.#seat && { clientId: this.#seat.clientId, userId: this.#seat.userId };
  }

  /** Says why, and ends the connection. */
  close(reason: string): void {
    if (this.#closed) return;
    this.#reason = reason;
    this.#writer.raw(`ERROR :Closing link: ${bounded(reason)}`);
    this.#writer.flush();
    this.#options.socket.end();
    this.#hangUp();
    // A client that does not read its end is cut off.
    setTimeout(() => this.#options.socket.destroy(), 1_000).unref();
  }

  /** Resolves once every line that came was carried out and answered. */
  async settled(): Promise<void> {
    while (this.#pumping) await this.#pumping;
  }

  /** Resolves once its client has been given back. */
  async closed(): Promise<void> {
    await this.#pumping;
    await this.#leaving;
  }

  #leaving: Promise<void> | undefined;

  #hangUp(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#leaving = this.#leave().catch((error: unknown) =>
      this.#options.parts.context.services.log.error({ err: error }, "an IRC client could not be ended"),
    );
    void this.#leaving.finally(() => this.#options.onClosed(this));
  }

  async #leave(): Promise<void> {
    this.#seat?.leave();
    // A command that is under way may open what is to be ended.
    await this.#pumping;
    const { sessions } = this.#options.parts;
    const opened = this.#seat ?? this.#registration.leftOver;
    this.#seat?.leave();
    if (!opened) return;
    const accountId = "userId" in opened ? opened.userId : opened.accountId;
    await sessions.end(accountId, opened.clientId, this.#reason);
  }

  #onData(chunk: Buffer): void {
    if (this.#closed) return;
    this.#pinged = false;
    if (this.#seat) this.#timer.refresh();
    this.#queue.push(...this.#reader.push(chunk));
    if (this.#queue.length > MAX_QUEUED_LINES) this.#options.socket.pause();
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = undefined;
    });
  }

  async #pump(): Promise<void> {
    do {
      for (let read = this.#queue.shift(); read !== undefined; read = this.#queue.shift()) {
        if (this.#closed) break;
        if (this.#queue.length < MAX_QUEUED_LINES / 2) this.#options.socket.resume();
        await this.#heldBack();
        if (this.#closed) break;
        await this.#takeLine(read);
      }
      await this.#speeches.settled();
    } while (this.#queue.length > 0 && !this.#closed);
  }

  /** A client that sends faster than it may waits; what it sent comes later, not never. */
  async #heldBack(): Promise<void> {
    const { floodLimit } = this.#options.parts.settings;
    if (!floodLimit) return;
    for (;;) {
      const turn = takeTurn(this.#due, Date.now(), floodLimit);
      if ("due" in turn) return void (this.#due = turn.due);
      await this.#speeches.settled();
      await new Promise((resume) => setTimeout(resume, turn.retryAfterMs));
    }
  }

  async #takeLine(read: Read): Promise<void> {
    const line = "tooLong" in read ? undefined : parseLine(read.line);
    if (line && this.#seat && isSpeech(line)) {
      const seat = this.#seat;
      return this.#speeches.start((turn) => this.#speak(seat, line, turn));
    }
    await this.#speeches.settled();
    if ("tooLong" in read) return this.#say({ command: "417", params: [], text: "that line is too long" });
    if (!line) return;
    this.#correlationId = this.#nextCorrelationId();
    await this.#writer.labelled(line.tags.get("label"), async () => {
      try {
        await this.#run(line);
      } catch (error) {
        this.#tell(error, line.command);
      }
    });
  }

  #nextCorrelationId(): string {
    return `${this.id}.${++this.#commands}`;
  }

  async #speak(seat: Seat, line: IrcLine, turn: Turn): Promise<() => void> {
    const correlationId = this.#nextCorrelationId();
    try {
      const actor = { ...(await this.#actor(seat)), correlationId, turn };
      const { replies } = await runCommand(this.#options.parts, actor, this.#commandOf(line));
      await this.#options.parts.readers.settled();
      return () => {
        for (const one of replies) this.#say(one);
      };
    } catch (error) {
      return () => this.#tell(error, line.command);
    }
  }

  async #run(line: IrcLine): Promise<void> {
    const { command, params } = line;
    if (command === "PING") return this.#pong(params[0]);
    if (command === "PONG") return;
    if (command === "QUIT") {
      this.close(params[0] === undefined || params[0] === "" ? "quit" : params[0]);
      return;
    }
    if (await this.#registration.take(line)) return this.#register();
    if (!this.#seat) throw new IrcRefusal("451", [], "you have not registered", "unauthorized");
    const actor = await this.#actor(this.#seat);
    if (command === "CHATHISTORY") return chatHistory(this.#options.parts, actor, params, this.#writer);
    const { replies } =
      command === "TAGMSG"
        ? await this.#tagMessage(actor, line)
        : await runCommand(this.#options.parts, actor, this.#commandOf(line));
    await this.#options.parts.readers.settled();
    for (const one of replies) this.#say(one);
  }

  /** A line as a command; tags of its client's own making are told with a text. */
  #commandOf({ command, params, tags }: IrcLine): IrcCommand {
    const passed = this.#registration.capabilities.has("message-tags") ? clientTags(tags) : {};
    return { command, params, ...(Object.keys(passed).length > 0 && { meta: { tags: passed } }) };
  }

  /** Without the capability nobody has tags to pass on. */
  async #tagMessage(actor: IrcActor, line: IrcLine): Promise<CommandResult> {
    const { parts } = this.#options;
    if (!this.#registration.capabilities.has("message-tags")) throw refuse.unknownCommand("TAGMSG");
    return tagMessage(parts, actor, line, (told) => parts.relay({ ...told, connectionId: this.id }));
  }

  /** Tells of tags, if its client knows them and is to hear of what is said there; of its own if it asked for echoes. */
  relay({ message, channelId, connectionId }: TagMessage): void {
    const own = connectionId === this.id;
    const { capabilities } = this.#registration;
    if (!capabilities.has("message-tags") || (own && !capabilities.has("echo-message"))) return;
    if (this.#seat?.hears(channelId)) this.#write(message, own);
  }

  /** The barrier: all that this client's earlier commands caused was written before. */
  async #pong(token: string | undefined): Promise<void> {
    if (token === undefined) throw refuse.missing("PING");
    const { readers, settings } = this.#options.parts;
    await readers.settled();
    this.#write(replyMessage(settings.serverName, this.nick, { command: "PONG", params: [token] }));
  }

  async #register(): Promise<void> {
    if (this.#seat) return;
    const opened = await this.#registration.complete().catch((error: unknown) => {
      // With a wrong password, or none where one is needed, there is nothing else to try.
      const fatal = error instanceof ApiFailure || (error instanceof IrcRefusal && error.numeric !== "433");
      if (fatal) {
        this.#say({
          command: error instanceof IrcRefusal ? error.numeric : "464",
          params: [],
          text: error.message,
        });
        this.close(error.message);
        return undefined;
      }
      throw error;
    });
    if (!opened || this.#closed) return;
    this.#seat = await Seat.take(this.#options.parts, opened, {
      correlationId: this.#correlationId,
      write: (message) => this.#write(message),
      deliver: (messages, entry) => this.#deliver(messages, entry),
    });
    if (this.#closed) return this.#seat.leave();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#silent(), SILENT_MS);
  }

  #silent(): void {
    if (this.#pinged) return this.close("ping timeout");
    this.#writer.raw(`PING :${this.#options.parts.settings.serverName}`);
    this.#timer.refresh();
    this.#pinged = true;
  }

  async #actor({ userId, clientId }: Seat): Promise<IrcActor> {
    const { context, membership } = this.#options.parts;
    const account = await context.services.directory.find(userId);
    if (!account) throw new ApiFailure("unauthenticated", "this account is gone");
    const caller = { account };
    const replica = await context.reads.workspace(await membership.workspaceId(), caller);
    return { caller, clientId, replica, correlationId: this.#correlationId };
  }

  /** What the log tells: its own words come back to those alone who asked for that. */
  #deliver(messages: ReadonlyArray<IrcMessage>, { event }: RingEntry): void {
    const mine = event.correlation_id.startsWith(this.id);
    const own = event.correlation_id === this.#correlationId;
    for (const message of messages) {
      // Over a connection no topic is told by silence.
      if (message.command === "331" && event.type === "channel.member_added") continue;
      if (mine && this.#isEcho(message)) continue;
      this.#write(message, own);
    }
    if (event.type === "member.removed" && event.payload.user_id === this.userId)
      this.close("you are no member of this server any more");
  }

  /** Whether something of its own is told to those alone who asked for that. */
  #isEcho({ command, to }: IrcMessage): boolean {
    if (command !== "PRIVMSG" && command !== "NOTICE") return false;
    if (this.#registration.capabilities.has("echo-message")) return false;
    return to === undefined || foldName(to) !== foldName(this.nick);
  }

  #write(message: IrcMessage, answer = true): void {
    this.#writer.write(message, answer);
  }

  #say(one: Reply): void {
    this.#write(replyMessage(this.#options.parts.settings.serverName, this.nick, one));
  }

  #tell(error: unknown, command: string): void {
    if (error instanceof IrcRefusal) return this.#say(refusalReply(error));
    if (error instanceof ApiFailure) return this.#say(refusalReply(refusalOf(error, [command])));
    const away = error instanceof StoreUnavailable;
    if (!away)
      this.#options.parts.context.services.log.error({ err: error, command }, "an IRC command failed");
    const text = away ? "the event log is not available right now; try again" : "something went wrong here";
    this.#say({ command: "400", params: [command], text });
  }
}

/** Whether a line is a text for a channel: nothing that comes behind it has to wait for what becomes of it. */
const isSpeech = ({ command, params: [target = ""], tags }: IrcLine): boolean =>
  (command === "PRIVMSG" || command === "NOTICE") && /^#[^,]*$/.test(target) && !tags.has("label");
