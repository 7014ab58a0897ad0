import type { Message } from "@clickclack/protocol/http/shapes";
import { ClickClackError } from "@clickclack/sdk/ClickClackError";
import type { Place } from "./Places.ts";
import type { Remote } from "./Remote.ts";

/** Messages of one page; the server gives no more. */
const PAGE = 200;
/** From so many messages on, that wait to be told, they are read by the page. */
const MANY = 3;

export interface Window {
  readonly limit: number;
  readonly after_seq?: number;
  readonly before_seq?: number;
}

/** Messages as they stand now. */
export class MessageReads {
  readonly #remote: Remote;
  /** Read ahead, each to be told once. */
  #ahead = new Map<string, Message>();

  constructor(remote: Remote) {
    this.#remote = remote;
  }

  /** A message; undefined if it is gone, or not for us any more. */
  async find(id: string): Promise<Message | undefined> {
    try {
      const { message } = await this.#remote.keep(
        (api) => api.getMessage({ params: { message_id: id } }),
        true,
      );
      return message;
    } catch (error) {
      if (error instanceof ClickClackError && (error.status === 404 || error.status === 403))
        return undefined;
      throw error;
    }
  }

  /** A message that was posted as `seq` to a place, where so many more wait to be told. */
  async posted(place: Place, id: string, seq: number, waiting: number): Promise<Message | undefined> {
    const known = this.#ahead.get(id);
    this.#ahead.delete(id);
    if (known) return known;
    if (waiting < MANY) return this.find(id);
    const limit = Math.min(PAGE, waiting + 1);
    const page = await this.page(place, { after_seq: seq - 1, limit });
    this.#ahead = new Map(page.map((message) => [message.id, message]));
    this.#ahead.delete(id);
    return page.find((message) => message.id === id) ?? this.find(id);
  }

  /** Messages of a place, oldest first. */
  async page(place: Place, query: Window): Promise<ReadonlyArray<Message>> {
    const { messages } = await this.#remote.keep(
      (api) =>
        place.direct
          ? api.listDirectMessages({ params: { direct_conversation_id: place.id }, query })
          : api.listMessages({ params: { channel_id: place.id }, query }),
      true,
    );
    return messages;
  }
}
