import { TERMINAL_COMMANDS } from "@clickclack/protocol/terminal/terminalCommands";
import type {
  Chat,
  ChatEvent,
  ChatMessage,
  ChatPerson,
  ChatState,
  ChatThread,
  InputOutcome,
} from "@clickclack/terminal/chat/Chat";

const NOTHING = { messages: 0, mentions: 0 };

/** A chat without a server, for what draws one: `tell` what happens; what is typed is said, or joins a room. */
export class ScreenChat implements Chat {
  readonly #listeners: Array<(event: ChatEvent) => void> = [];
  readonly #unread = new Map<string, { messages: number; mentions: number }>();
  readonly #waiting: Array<() => void> = [];
  #said = 0;
  username = "ada";
  rooms: ReadonlyArray<string> = ["lobby", "ops", "design"];
  room = "lobby";
  state: ChatState = { _tag: "connecting" };
  place: string | undefined = undefined;
  commands = [...TERMINAL_COMMANDS];
  thread: ChatThread | undefined;
  topics: Record<string, string> = { lobby: "where everybody lands", ops: "deploys and pages" };
  people: ReadonlyArray<ChatPerson> = [];

  get pending(): number {
    return this.#waiting.length;
  }

  topicOf(room: string): string {
    return this.topics[room] ?? "";
  }

  peopleIn(): ReadonlyArray<ChatPerson> {
    return this.people;
  }

  unreadIn(room: string): { readonly messages: number; readonly mentions: number } {
    return this.#unread.get(room) ?? NOTHING;
  }

  open(): void {
    this.setState({ _tag: "connected", again: false });
  }

  setState(state: ChatState): void {
    this.state = state;
    this.tell({ _tag: "state", state });
    if (state._tag === "connected") for (const settle of this.#waiting.splice(0)) settle();
  }

  onEvent(listener: (event: ChatEvent) => void): void {
    this.#listeners.push(listener);
  }

  tell(event: ChatEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  say(username: string, text: string, more: Partial<ChatMessage> = {}): ChatMessage {
    const id = `m${++this.#said}`;
    const ts = new Date().toISOString();
    const message = { id, ts, username, room: this.room, text, missed: false, history: false, ...more };
    if (message.room !== this.room) {
      const { messages, mentions } = this.unreadIn(message.room);
      const named = text.includes(this.username) ? 1 : 0;
      this.#unread.set(message.room, { messages: messages + 1, mentions: mentions + named });
    }
    this.tell({ _tag: "message", message });
    return message;
  }

  input(text: string): Promise<InputOutcome> {
    if (this.state._tag === "connected") {
      this.#take(text);
      return Promise.resolve("done");
    }
    return new Promise((resolve) => {
      this.#waiting.push(() => {
        this.#take(text);
        resolve("done");
      });
    });
  }

  typing(): void {
    return undefined;
  }

  close(): void {
    if (this.state._tag !== "ended") this.setState({ _tag: "ended", reason: "goodbye", ending: "quit" });
  }

  #take(text: string): void {
    if (text === "/thread close") {
      this.thread = undefined;
      return this.tell({ _tag: "thread" });
    }
    const room = /^\/join #?(\S+)/.exec(text)?.[1];
    if (room === undefined) return void this.say(this.username, text);
    if (!this.rooms.includes(room)) return this.tell({ _tag: "notice", text: `no room ${room}` });
    this.room = room;
    this.#unread.delete(room);
    this.tell({ _tag: "place" });
  }
}
