import type { TerminalCommand } from "@clickclack/protocol/terminal/terminalCommands";

/** Something that was said, as it is shown: all texts are safe for a terminal. */
export interface ChatMessage {
  readonly id: string;
  /** RFC 3339, UTC. */
  readonly ts: string;
  readonly username: string;
  /** A channel's name, or `@name` for a conversation with one person. */
  readonly room: string;
  readonly text: string;
  /** Said while we were away. */
  readonly missed: boolean;
  /** Said long before, and asked for. */
  readonly history: boolean;
  /** Found by a search, in whatever room: to be shown where the reader is. */
  readonly found?: boolean;
  /** What somebody does, told by `/me`: shown as `* username text`. */
  readonly action?: boolean;
  /** A reply: id of the message that it answers. */
  readonly thread?: string;
  readonly edited?: boolean;
  /** How many replies it has. */
  readonly replies?: number;
  readonly reactions?: ReadonlyArray<{
    readonly emoji: string;
    readonly count: number;
    readonly own: boolean;
  }>;
}

/** Somebody in a room. */
export interface ChatPerson {
  readonly username: string;
  readonly online: boolean;
}

/** A thread that is open: the message that began it, and what was answered, oldest first. */
export interface ChatThread {
  readonly root: ChatMessage;
  readonly replies: ReadonlyArray<ChatMessage>;
}

/** Where the connection stands. `ended` is for good; the message says why. */
export type ChatState =
  | { readonly _tag: "connecting" }
  | { readonly _tag: "connected"; readonly again: boolean }
  | { readonly _tag: "waiting"; readonly retryInMs: number }
  | { readonly _tag: "ended"; readonly reason: string; readonly ending: ChatEnding };

/** Why a chat ended: one's own wish, a name that cannot be had, no server at the first try, or what the server said. */
export type ChatEnding = "quit" | "name" | "unreachable" | "refused";

/** Whatever happens in a chat, in the order in which it is to be shown. */
export type ChatEvent =
  | { readonly _tag: "state"; readonly state: ChatState }
  | { readonly _tag: "message"; readonly message: ChatMessage }
  /** A message that was told before is another now: edited, answered, reacted to. */
  | { readonly _tag: "changed"; readonly message: ChatMessage }
  | { readonly _tag: "removed"; readonly id: string; readonly room: string }
  | {
      readonly _tag: "notice";
      readonly text: string;
      /** The room that it tells of, where that may not be current yet. */
      readonly room?: string;
      readonly renamed?: { readonly from: string; readonly to: string };
    }
  | { readonly _tag: "presence"; readonly joined: boolean; readonly username: string; readonly room: string }
  | { readonly _tag: "users"; readonly room: string; readonly users: ReadonlyArray<string> }
  | { readonly _tag: "typing"; readonly username: string; readonly room: string }
  | { readonly _tag: "error"; readonly text: string; readonly code: string }
  /** The thread that is open is another now, or none. */
  | { readonly _tag: "thread" }
  /** The current room, one's rooms or name, a topic, unread marks, or who is where: read them anew. */
  | { readonly _tag: "place" };

/** One person's chat, whatever it goes over. Both clients show one of these. */
export interface Chat {
  readonly username: string;
  readonly rooms: ReadonlyArray<string>;
  readonly room: string;
  readonly state: ChatState;
  /** Name of the place that the rooms belong to, where it is known: a workspace. */
  readonly place: string | undefined;
  /** What may be typed after `/`; the client's own (`/clear`) are not among them. */
  readonly commands: ReadonlyArray<TerminalCommand>;
  readonly thread: ChatThread | undefined;
  /** Lines that were typed and are not answered yet. */
  readonly pending: number;
  topicOf(room: string): string;
  peopleIn(room: string): ReadonlyArray<ChatPerson>;
  /** What was said and not shown yet, as the current room is; `mentions` of those name the reader. */
  unreadIn(room: string): { readonly messages: number; readonly mentions: number };
  /** Call once the listeners are there. */
  open(): void;
  /** What was typed: text or a command. Resolves when the server has dealt with it; kept meanwhile if there is no connection. */
  input(text: string): Promise<InputOutcome>;
  typing(): void;
  onEvent(listener: (event: ChatEvent) => void): void;
  close(): void;
}

/** `lost`: the chat ended before it could be sent; or too many lines waited. */
export type InputOutcome = "done" | "refused" | "lost";
