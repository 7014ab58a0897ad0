import type { Chat, ChatEvent, ChatMessage, ChatState } from "@clickclack/terminal/chat/Chat";
import { until } from "../until.ts";

/** A chat, and everything that it told. */
export class ChatLog<C extends Chat = Chat> {
  readonly chat: C;
  readonly events: Array<ChatEvent> = [];

  constructor(chat: C) {
    this.chat = chat;
    chat.onEvent((event) => this.events.push(event));
  }

  /** Opens it; resolves once it is connected and what it was told of its room is there. */
  async connect(): Promise<this> {
    this.chat.open();
    await this.reach("connected");
    return this;
  }

  get messages(): ReadonlyArray<ChatMessage> {
    return this.all("message").map(({ message }) => message);
  }

  /** What was said, without what was said before. */
  get said(): ReadonlyArray<string> {
    return this.messages.filter(({ history }) => !history).map(({ text }) => text);
  }

  get states(): ReadonlyArray<ChatState> {
    return this.all("state").map(({ state }) => state);
  }

  get notices(): ReadonlyArray<string> {
    return this.all("notice").map(({ text }) => text);
  }

  get errors(): ReadonlyArray<string> {
    return this.all("error").map(({ text }) => text);
  }

  all<Tag extends ChatEvent["_tag"]>(tag: Tag): ReadonlyArray<Extract<ChatEvent, { _tag: Tag }>> {
    return this.events.filter((event): event is Extract<ChatEvent, { _tag: Tag }> => event._tag === tag);
  }

  reach(tag: ChatState["_tag"]): Promise<unknown> {
    return until(() => this.chat.state._tag === tag, { what: `the chat to be ${tag}`, deadlineMs: 20_000 });
  }

  /** Resolves with a message of this text. */
  saw(text: string): Promise<ChatMessage> {
    return until(() => this.messages.find((message) => message.text === text), { what: `"${text}"` });
  }

  noted(part: string): Promise<string> {
    return until(() => this.notices.find((text) => text.includes(part)), { what: `a notice of "${part}"` });
  }
}
