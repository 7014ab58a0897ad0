import type { ChatMessage } from "../chat/Chat.ts";

/** Messages whose beginnings are kept: those that somebody may take back while they are still on the screen. */
const MAX_MESSAGES = 500;
const BEGINNING = 40;

/** The beginnings of what was said last, so that a message that is deleted can be named. */
export class RecentTexts {
  readonly #texts = new Map<string, string>();

  remember({ id, username, text }: ChatMessage): void {
    const [line = ""] = text.split("\n", 1);
    const beginning = line.slice(0, BEGINNING).toWellFormed();
    this.#texts.set(id, `<${username}> ${beginning}${beginning.length < text.length ? "…" : ""}`);
    if (this.#texts.size <= MAX_MESSAGES) return;
    const [oldest] = this.#texts.keys();
    this.#texts.delete(oldest!);
  }

  of(id: string): string | undefined {
    return this.#texts.get(id);
  }
}
