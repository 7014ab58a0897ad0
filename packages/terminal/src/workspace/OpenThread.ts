import type { Message } from "@clickclack/protocol/http/shapes";
import type { ChatMessage, ChatThread } from "../chat/Chat.ts";

/** Replies that are kept: as many as are read at once. */
export const MAX_REPLIES = 200;

/** The thread that is open. */
export class OpenThread implements ChatThread {
  readonly rootId: string;
  readonly placeId: string;
  #root: ChatMessage;
  #replies: ReadonlyArray<ChatMessage>;
  /** Author and id of each, so that one's own can be found. */
  readonly authors = new Map<string, string>();

  constructor(placeId: string, root: ChatMessage, replies: ReadonlyArray<ChatMessage>) {
    this.placeId = placeId;
    this.rootId = root.id;
    this.#root = root;
    this.#replies = replies;
  }

  get root(): ChatMessage {
    return this.#root;
  }

  get replies(): ReadonlyArray<ChatMessage> {
    return this.#replies;
  }

  /** Ids, the newest first. */
  get newestFirst(): ReadonlyArray<string> {
    return [...this.#replies.map(({ id }) => id).toReversed(), this.rootId];
  }

  knowsAuthor({ id, author_id }: Message): void {
    this.authors.set(id, author_id);
  }

  /** Adds a message of the thread, or puts it in the place of what it was. */
  put(message: ChatMessage): void {
    if (message.id === this.rootId) this.#root = message;
    else if (this.#replies.some(({ id }) => id === message.id))
      this.#replies = this.#replies.map((one) => (one.id === message.id ? message : one));
    else this.#replies = [...this.#replies, message].slice(-MAX_REPLIES);
  }

  remove(id: string): void {
    this.#replies = this.#replies.filter((one) => one.id !== id);
    this.authors.delete(id);
  }
}
