import type { Chat } from "../chat/Chat.ts";
import { placeName } from "../format/placeName.ts";
import { type Reader, renderEvent } from "../format/renderEvent.ts";

/** Replies that are shown when a thread is opened: about a screen. */
const REPLIES = 20;

/** Tells when a thread is opened or closed, as what is typed goes elsewhere then. */
export class ThreadNews {
  readonly #chat: Chat;
  #openId: string | undefined;

  constructor(chat: Chat) {
    this.#chat = chat;
  }

  /** What is to be shown, if the thread is another than it was. */
  read(reader: Reader): string | undefined {
    const { thread, room } = this.#chat;
    const before = this.#openId;
    this.#openId = thread?.root.id;
    if (this.#openId === before) return undefined;
    const quiet = (text: string) => reader.palette.dim(`-- ${text}`);
    if (!thread) return quiet(`the thread is closed: what you say goes to ${placeName(room)}`);
    const { root, replies } = thread;
    const shown = replies.slice(-REPLIES);
    const earlier = replies.length - shown.length;
    const told = (message: typeof root) => renderEvent({ _tag: "message", message }, reader);
    return [
      told(root),
      ...(earlier > 0 ? [quiet(`${earlier} earlier replies are not shown`)] : []),
      ...shown.map(told),
      quiet(`what you say goes to this thread; /say speaks in ${placeName(room)}, /thread close closes it`),
    ].join("\n");
  }
}
