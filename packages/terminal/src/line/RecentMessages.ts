import type { ChatMessage } from "../chat/Chat.ts";

/** Messages that are kept: those that may change while they are still on the screen. */
const MAX_MESSAGES = 500;

/** What was said last, so that what becomes of it can be told. */
export class RecentMessages {
  readonly #messages = new Map<string, ChatMessage>();

  remember(message: ChatMessage): void {
    this.#messages.set(message.id, message);
    if (this.#messages.size <= MAX_MESSAGES) return;
    const [oldest] = this.#messages.keys();
    this.#messages.delete(oldest!);
  }

  get(id: string): ChatMessage | undefined {
    return this.#messages.get(id);
  }
}
