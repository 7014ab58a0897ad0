import type { TerminalFrame } from "@clickclack/protocol/terminal/TerminalFrames";
import { backoff } from "@clickclack/sdk/backoff";
import { safeName, safeText } from "../safeText.ts";
import type { Chat, ChatEnding, ChatEvent, InputOutcome } from "./Chat.ts";
import { Outbox } from "./Outbox.ts";

export interface RoomsChatOptions {
  /** `ws://HOST:PORT`, with or without the path `/terminal`. */
  readonly url: string;
  readonly username: string;
  /** Proves that a registered name is one's own. */
  readonly token?: string;
  /** Room to go to once connected. */
  readonly room?: string;
}

/** Ids of messages that were shown: the newest ones, as a server repeats no older ones. */
const REMEMBERED = 2_000;
/** Typing is told of this often at the most. */
const TYPING_EVERY_MS = 3_000;

const NAME_PROBLEMS = new Set(["bad_username", "username_taken", "token_needed"]);
/** Close codes after which to come again would end the same way. */
const FINAL_CODES = new Set([1000, 1008, 4003, 4008]);

/** The path that the surface is served at. */
const addressOf = (url: string): string =>
  new URL(url).pathname === "/" ? new URL("/terminal", url).href : url;

/**
 * A chat over `/terminal`. A lost connection comes back by itself, with the same name, rooms and current room; what was
 * said meanwhile is told once, and what was typed meanwhile is sent then.
 */
export class RoomsChat implements Chat {
  readonly #options: RoomsChatOptions;
  readonly #outbox = new Outbox();
  readonly #listeners: Array<(event: ChatEvent) => void> = [];
  readonly #shown = new Set<string>();
  #socket: WebSocket | undefined;
  #resume: string | undefined;
  #last: string | undefined;
  #welcomed = false;
  #ended = false;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #refusal: string | undefined;
  #typedAt = 0;
  username: string;
  rooms: ReadonlyArray<string> = [];
  room = "";

  constructor(options: RoomsChatOptions) {
    this.#options = options;
    this.username = options.username;
  }

  get pending(): number {
    return this.#outbox.size;
  }

  /** Call once the listeners are there. */
  open(): void {
    this.#connect();
  }

  onEvent(listener: (event: ChatEvent) => void): void {
    this.#listeners.push(listener);
  }

  input(text: string): Promise<InputOutcome> {
    const added = this.#ended ? undefined : this.#outbox.add(text);
    if (!added) {
      this.#tell({ _tag: "error", code: "not_sent", text: `not sent: ${text}` });
      return Promise.resolve("lost");
    }
    if (this.#live) this.#send({ type: "input", ...added.line });
    return added.outcome;
  }

  typing(): void {
    const now = Date.now();
    if (!this.#live || now - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = now;
    this.#send({ type: "typing" });
  }

  close(): void {
    this.#end("quit", "goodbye");
  }

  /** Whether lines may be sent: the server knows who we are. */
  get #live(): boolean {
    return this.#welcomed && this.#socket?.readyState === WebSocket.OPEN;
  }

  #connect(): void {
    this.#tell({ _tag: "state", state: { _tag: "connecting" } });
    const { url, token } = this.#options;
    const socket = new WebSocket(addressOf(url));
    this.#socket = socket;
    socket.onopen = () => {
      this.#send({
        type: "hello",
        username: this.username,
        ...(this.#resume !== undefined && { resume: this.#resume }),
        ...(this.#last !== undefined && { last: this.#last }),
        ...(token !== undefined && { token }),
      });
    };
    socket.onmessage = ({ data }) => this.#onFrame(JSON.parse(String(data)) as TerminalFrame);
    socket.onclose = ({ code, reason }) => {
      if (FINAL_CODES.has(code) || this.#refusal !== undefined) this.#refused(code, reason);
      else this.#lost(socket);
    };
    socket.onerror = () => this.#lost(socket);
  }

  #send(frame: object): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  #onFrame(frame: TerminalFrame): void {
    if (this.#ended) return;
    if ("resume" in frame && frame.resume !== undefined) this.#resume = frame.resume;
    switch (frame.type) {
      case "welcome":
        return this.#onWelcome(frame);
      case "message":
        return this.#onMessage(frame);
      case "notice":
        return this.#tell({ _tag: "notice", text: safeText(frame.text) });
      case "joined":
      case "left":
        return this.#tell({
          _tag: "presence",
          joined: frame.type === "joined",
          username: safeName(frame.username),
          room: safeName(frame.room),
        });
      case "users":
        return this.#tell({ _tag: "users", room: safeName(frame.room), users: frame.users.map(safeName) });
      case "typing":
        return this.#tell({ _tag: "typing", username: safeName(frame.username), room: safeName(frame.room) });
      case "ack":
        this.#settle(frame.id, "done");
        return this.#onPlace(frame);
      case "error":
        return this.#onError(frame);
    }
  }

  #onWelcome({ username, rooms, room }: Extract<TerminalFrame, { type: "welcome" }>): void {
    const again = this.#welcomed;
    this.#welcomed = true;
    this.#attempt = 0;
    Object.assign(this, { username: safeName(username), rooms: rooms.map(safeName), room: safeName(room) });
    this.#tell({ _tag: "state", state: { _tag: "connected", again } });
    this.#tell({ _tag: "place" });
    // What was sent before the connection was lost is known to the server by its id, and done once.
    for (const { id, text } of this.#outbox.lines) this.#send({ type: "input", id, text });
    const { room: wanted } = this.#options;
    if (!again && wanted !== undefined && wanted.replace(/^#/, "") !== this.room)
      void this.input(`/join ${wanted}`);
  }

  #onMessage(frame: Extract<TerminalFrame, { type: "message" }>): void {
    const { id, ts, username, room, text, missed = false, history = false } = frame;
    if (!history) {
      if (this.#shown.has(id)) return;
      this.#remember(id);
      this.#last = id;
    }
    const message = { id, ts, username: safeName(username), room: safeName(room), text: safeText(text) };
    this.#tell({ _tag: "message", message: { ...message, missed, history } });
  }

  #onPlace(place: {
    readonly room?: string;
    readonly rooms?: ReadonlyArray<string>;
    readonly username?: string;
  }): void {
    if (place.room !== undefined) this.room = safeName(place.room);
    if (place.rooms !== undefined) this.rooms = place.rooms.map(safeName);
    if (place.username !== undefined) this.username = safeName(place.username);
    if (place.room ?? place.rooms ?? place.username) this.#tell({ _tag: "place" });
  }

  #onError({ code, message, id }: Extract<TerminalFrame, { type: "error" }>): void {
    if (id !== undefined) this.#settle(id, "refused");
    const text = safeText(message);
    this.#tell({ _tag: "error", code, text });
    if (NAME_PROBLEMS.has(code) && !this.#welcomed) this.#end("name", text);
    else if (code === "at_capacity" || code === "hello_expected") this.#refusal = text;
  }

  #settle(id: string, outcome: InputOutcome): void {
    this.#outbox.settle(id, outcome);
  }

  #remember(id: string): void {
    this.#shown.add(id);
    if (this.#shown.size <= REMEMBERED) return;
    const [oldest] = this.#shown;
    this.#shown.delete(oldest!);
  }

  #refused(code: number, reason: string): void {
    const why = this.#refusal ?? (reason || `the server closed the connection (${code})`);
    this.#end(code === 1000 ? "quit" : "refused", safeText(why));
  }

  #lost(socket: WebSocket): void {
    if (this.#ended || this.#socket !== socket) return;
    this.#socket = undefined;
    if (!this.#welcomed) return this.#end("unreachable", `no chat answers at ${this.#options.url}`);
    const retryInMs = backoff(++this.#attempt);
    this.#tell({ _tag: "state", state: { _tag: "waiting", retryInMs } });
    this.#timer = setTimeout(() => this.#connect(), retryInMs);
  }

  #end(ending: ChatEnding, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
    for (const text of this.#outbox.abandon())
      this.#tell({ _tag: "error", code: "not_sent", text: `not sent: ${text}` });
    this.#tell({ _tag: "state", state: { _tag: "ended", reason, ending } });
  }

  #tell(event: ChatEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
