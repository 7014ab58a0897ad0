import type { TerminalErrorCode, TerminalFrame } from "@clickclack/protocol/terminal/TerminalFrames";
import { TERMINAL_COMMANDS } from "@clickclack/protocol/terminal/terminalCommands";
import type { WebSocket } from "ws";
import { safeName, safeText } from "../safeText.ts";
import { addressOf } from "./addressOf.ts";
import type { Chat, ChatEnding, ChatEvent, ChatPerson, ChatState, InputOutcome } from "./Chat.ts";
import { explainUnreachable } from "./explainUnreachable.ts";
import { Outbox } from "./Outbox.ts";
import { eventOf, messageOf } from "./readFrame.ts";
import { RoomPeople } from "./RoomPeople.ts";
import { RoomsSocket } from "./RoomsSocket.ts";
import { Unread } from "./Unread.ts";

export interface RoomsChatOptions {
  /** `ws://HOST:PORT`, with or without the path `/terminal`. */
  readonly url: string;
  readonly username: string;
  /** Proves that a registered name is one's own. */
  readonly token?: string;
  /** Room to go to once connected, before anything that was typed. */
  readonly room?: string;
  /** Whether the chat ends if that room cannot be had: what is typed is meant for no other. */
  readonly onlyThatRoom?: boolean;
  /** How connections are opened, where not as usual. */
  readonly WebSocket?: typeof WebSocket;
}

interface Refusal {
  readonly code: TerminalErrorCode;
  readonly text: string;
}

/** What a frame tells of where one is, and as whom. */
interface ToldPlace {
  readonly room?: string;
  readonly rooms?: ReadonlyArray<string>;
  readonly username?: string;
}

/** Ids of messages that were shown: the newest ones, as a server repeats no older ones. */
const REMEMBERED = 2_000;
/** Typing is told of this often at the most. */
const TYPING_EVERY_MS = 3_000;
/** A line that comes too soon is sent again by itself if the wait is no longer than this, s; else it is refused. */
const LONGEST_WAIT_SECONDS = 60;
/** Times that a returning client asks for its name: its lost connection may hold it for a while. */
const NAME_TRIES = 6;

const NAME_PROBLEMS = new Set<TerminalErrorCode>(["bad_username", "username_taken", "token_needed"]);
/** Close codes after which to come again would end the same way. */
const FINAL_CODES = new Set([1000, 1008, 4003, 4008]);

/**
 * A chat over `/terminal`. A lost connection comes back by itself, with the same name, rooms and current room; what was
 * said meanwhile is told once, and what was typed meanwhile is sent then.
 */
export class RoomsChat implements Chat {
  readonly #options: RoomsChatOptions;
  readonly #socket: RoomsSocket;
  readonly #outbox = new Outbox();
  readonly #people = new RoomPeople();
  readonly #unread = new Unread();
  readonly #listeners: Array<(event: ChatEvent) => void> = [];
  readonly #shown = new Set<string>();
  #state: ChatState = { _tag: "connecting" };
  #resume: string | undefined;
  #last: string | undefined;
  #wasConnected = false;
  #refusal: Refusal | undefined;
  #nameTries = 0;
  #paused: ReturnType<typeof setTimeout> | undefined;
  #typedAt = 0;
  /** Id of the line that goes to the room that was asked for at the start, until it is answered. */
  #entering: string | undefined;
  #askedPeopleOf: string | undefined;
  username: string;
  rooms: ReadonlyArray<string> = [];
  room = "";
  readonly place = undefined;
  readonly commands = TERMINAL_COMMANDS;
  readonly thread = undefined;

  constructor(options: RoomsChatOptions) {
    this.#options = options;
    this.username = options.username;
    this.#socket = new RoomsSocket({
      url: addressOf(options.url),
      ...(options.WebSocket && { WebSocket: options.WebSocket }),
      hello: () => this.#hello(),
      onConnecting: () => this.#enter({ _tag: "connecting" }),
      onFrame: (frame) => this.#onFrame(frame),
      onLost: (close) => this.#comesBack(close),
      onWaiting: (retryInMs) => this.#enter({ _tag: "waiting", retryInMs }),
    });
    const { room } = options;
    if (room !== undefined)
      this.#entering = this.#outbox.add(`/join ${room.replace(/^#/, "")}`, { quiet: true })?.line.id;
  }

  get state(): ChatState {
    return this.#state;
  }

  get pending(): number {
    return this.#outbox.size;
  }

  // Nothing in this protocol tells topics.
  topicOf(): string {
    return "";
  }

  /** Whoever is in a room is asked for when somebody first wants to know, and told by `place` then. */
  peopleIn(room: string): ReadonlyArray<ChatPerson> {
    if (room === this.room && this.#state._tag === "connected" && !this.#people.knows(room))
      this.#askForPeople();
    return this.#people.in(room);
  }

  unreadIn(room: string): { readonly messages: number; readonly mentions: number } {
    return this.#unread.in(room);
  }

  open(): void {
    this.#socket.connect();
  }

  onEvent(listener: (event: ChatEvent) => void): void {
    this.#listeners.push(listener);
  }

  input(text: string): Promise<InputOutcome> {
    const added = this.#state._tag === "ended" ? undefined : this.#outbox.add(text);
    if (!added) {
      this.#tellNotSent(text);
      return Promise.resolve("lost");
    }
    if (this.#outbox.first?.id === added.line.id) this.#sendFirst();
    return added.outcome;
  }

  typing(): void {
    const now = Date.now();
    if (!this.#socket.live || now - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = now;
    this.#socket.send({ type: "typing" });
  }

  close(): void {
    this.#end("quit", "goodbye");
  }

  #hello(): object {
    const { token } = this.#options;
    return {
      type: "hello",
      username: this.username,
      wants: ["typing", "changes"],
      ...(this.#resume !== undefined && { resume: this.#resume }),
      ...(this.#last !== undefined && { last: this.#last }),
      ...(token !== undefined && { token }),
    };
  }

  // One line at a time: they take effect in the order in which they were typed, and one that comes too soon holds the others.
  #sendFirst(): void {
    const line = this.#outbox.first;
    if (!line || !this.#socket.live || this.#paused !== undefined) return;
    this.#socket.ask({ type: "input", id: line.id, text: line.text });
  }

  // Once for a room: what is refused now would be refused at each look.
  #askForPeople(): void {
    if (this.#askedPeopleOf === this.room) return;
    this.#askedPeopleOf = this.room;
    const asked = this.#outbox.add("/users", { quiet: true });
    if (this.#outbox.first?.id === asked?.line.id) this.#sendFirst();
  }

  #settle(id: string, outcome: InputOutcome): void {
    if (this.#outbox.first?.id === id) this.#socket.answered();
    this.#outbox.settle(id, outcome);
    if (id === this.#entering) this.#onEntered(outcome);
    this.#sendFirst();
  }

  #onEntered(outcome: InputOutcome): void {
    this.#entering = undefined;
    const { room = "", onlyThatRoom } = this.#options;
    if (outcome !== "done" && onlyThatRoom)
      this.#end("refused", `not in #${safeName(room)}, so nothing is said`);
  }

  #onFrame(frame: TerminalFrame): void {
    if (this.#state._tag === "ended") return;
    if ("resume" in frame && frame.resume !== undefined) this.#resume = frame.resume;
    if (frame.type === "welcome") return this.#onWelcome(frame);
    if (frame.type === "message") return this.#onMessage(frame);
    if (frame.type === "error") return this.#onError(frame);
    if (frame.type === "ack") {
      this.#onPlace(frame);
      return this.#settle(frame.id, "done");
    }
    const event = eventOf(frame);
    if (!event) return;
    if (frame.type === "notice" && frame.rooms !== undefined) this.#onPlace(frame);
    this.#people.observe(event);
    // Lines are answered one at a time: while nobody's question is being answered, nobody asked for this.
    if (event._tag !== "users" || this.#outbox.first?.quiet !== true) this.#tell(event);
    const renames = event._tag === "notice" && event.renamed !== undefined;
    if (event._tag === "presence" || event._tag === "users" || renames) this.#tell({ _tag: "place" });
  }

  #onWelcome(frame: Extract<TerminalFrame, { type: "welcome" }>): void {
    const again = this.#wasConnected;
    this.#wasConnected = true;
    this.#refusal = undefined;
    this.#nameTries = 0;
    this.#socket.welcomed();
    this.#people.doubt();
    this.#askedPeopleOf = undefined;
    this.#moveTo(frame);
    this.#enter({ _tag: "connected", again });
    this.#tell({ _tag: "place" });
    // What was sent before the connection was lost is known to the server by its id, and done once.
    this.#resumeSending();
  }

  #onMessage(frame: Extract<TerminalFrame, { type: "message" }>): void {
    const message = messageOf(frame);
    if (!message.history) {
      if (this.#shown.has(message.id)) return;
      this.#remember(message.id);
      this.#last = message.id;
    }
    this.#tell({ _tag: "message", message });
    if (message.history || message.room === this.room || !this.rooms.includes(message.room)) return;
    this.#unread.count(message, this.username);
    this.#tell({ _tag: "place" });
  }

  #onPlace(place: ToldPlace): void {
    if (place.room === undefined && place.rooms === undefined && place.username === undefined) return;
    this.#moveTo(place);
    this.#tell({ _tag: "place" });
  }

  #moveTo(place: ToldPlace): void {
    if (place.room !== undefined) this.room = safeName(place.room);
    if (place.rooms !== undefined) this.rooms = place.rooms.map(safeName);
    if (place.username !== undefined) this.#callMyself(safeName(place.username));
    this.#people.keep(this.rooms);
    this.#unread.read(this.room, this.rooms);
  }

  #callMyself(name: string): void {
    if (name !== this.username) this.#people.rename({ from: this.username, to: name });
    this.username = name;
  }

  #onError(frame: Extract<TerminalFrame, { type: "error" }>): void {
    const { code, id, retry_after: wait } = frame;
    const text = safeText(frame.message);
    if (id === undefined && !this.#socket.live) return this.#onHelloRefused({ code, text });
    const waits = id !== undefined && wait !== undefined && wait <= LONGEST_WAIT_SECONDS;
    if (waits && this.#outbox.first?.id === id) {
      this.#tell({ _tag: "error", code, text: `${text} (it is kept, and sent then by itself)` });
      this.#renewFirst();
      return this.#pause(wait * 1000);
    }
    this.#tell({ _tag: "error", code, text });
    if (id !== undefined) this.#settle(id, "refused");
  }

  #onHelloRefused(refusal: Refusal): void {
    this.#refusal = refusal;
    if (!this.#wasConnected) this.#end(NAME_PROBLEMS.has(refusal.code) ? "name" : "refused", refusal.text);
  }

  #renewFirst(): void {
    const entering = this.#outbox.first?.id === this.#entering;
    this.#outbox.renewFirst();
    if (entering) this.#entering = this.#outbox.first?.id;
  }

  #pause(ms: number): void {
    this.#socket.answered();
    clearTimeout(this.#paused);
    this.#paused = setTimeout(() => this.#resumeSending(), ms);
  }

  #resumeSending(): void {
    clearTimeout(this.#paused);
    this.#paused = undefined;
    this.#sendFirst();
  }

  #remember(id: string): void {
    this.#shown.add(id);
    if (this.#shown.size <= REMEMBERED) return;
    const [oldest] = this.#shown;
    this.#shown.delete(oldest!);
  }

  /** Whether to connect again, now that a connection is gone; ends the chat otherwise. */
  #comesBack(close: { readonly code: number; readonly reason: string } | undefined): boolean {
    const refusal = this.#refusal;
    this.#refusal = undefined;
    if (!this.#wasConnected) {
      this.#endUnreachable(close);
      return false;
    }
    if (refusal) {
      // A server that is full, or is only starting, may take us later.
      if (!NAME_PROBLEMS.has(refusal.code) || ++this.#nameTries < NAME_TRIES) return true;
      this.#end("name", refusal.text);
    } else if (close && FINAL_CODES.has(close.code)) {
      const why = safeText(close.reason) || `the server closed the connection (${close.code})`;
      this.#end(close.code === 1000 ? "quit" : "refused", why);
    }
    return this.#state._tag !== "ended";
  }

  #endUnreachable(close: { readonly code: number; readonly reason: string } | undefined): void {
    if (close?.reason) return this.#end("refused", safeText(close.reason));
    const address = addressOf(this.#options.url);
    void explainUnreachable(address).then((reason) => this.#end("unreachable", safeText(reason)));
  }

  #end(ending: ChatEnding, reason: string): void {
    if (this.#state._tag === "ended") return;
    this.#state = { _tag: "ended", reason, ending };
    clearTimeout(this.#paused);
    this.#socket.close();
    for (const { text } of this.#outbox.abandon()) this.#tellNotSent(text);
    this.#tell({ _tag: "state", state: this.#state });
  }

  #enter(state: ChatState): void {
    this.#state = state;
    this.#tell({ _tag: "state", state });
  }

  #tellNotSent(text: string): void {
    this.#tell({ _tag: "error", code: "not_sent", text: `not sent: ${safeText(text)}` });
  }

  #tell(event: ChatEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
