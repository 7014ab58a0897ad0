import type { Chat, ChatEvent, ChatMessage, ChatState } from "../chat/Chat.ts";
import { KnownNicks } from "../chat/KnownNicks.ts";
import type { Palette } from "../format/Palette.ts";
import { callsReader, describeUsers } from "../format/renderEvent.ts";
import { EMPTY, type LineBuffer } from "./input/LineBuffer.ts";
import { InputHistory } from "./input/InputHistory.ts";
import { TabCompletion } from "./input/TabCompletion.ts";
import { PendingLines } from "./PendingLines.ts";
import { RowCache } from "./scroll/RowCache.ts";
import type { RoomLog } from "./scroll/RoomLog.ts";
import { Scrollback } from "./scroll/Scrollback.ts";
import type { Anchor, RowsOf } from "./scroll/viewOf.ts";
import { TypingPeople } from "./TypingPeople.ts";
import { layOutEntry, layOutGap, type Paper } from "./view/layOutEntry.ts";
import { layOutInput } from "./view/layOutInput.ts";
import { layoutScreen, maxInputRows, type ScreenLayout } from "./view/layoutScreen.ts";

export interface ScreenModelOptions {
  readonly chat: Chat;
  readonly palette: Palette;
  readonly size: { readonly columns: number; readonly rows: number };
  /** Something is to be drawn anew. */
  readonly onChange: () => void;
  /** Somebody called the reader. */
  readonly onCalled: () => void;
  readonly onEnded: (state: Extract<ChatState, { _tag: "ended" }>) => void;
}

/** Everything that the screen shows, and what becomes of it as the chat goes on. Knows nothing of drawing. */
export class ScreenModel {
  readonly chat: Chat;
  readonly palette: Palette;
  readonly history = new InputHistory();
  readonly completion = new TabCompletion();
  readonly nicks = new KnownNicks();
  readonly pending = new PendingLines();
  readonly typing = new TypingPeople();
  readonly #options: ScreenModelOptions;
  readonly #scrollback = new Scrollback();
  readonly #rows = new RowCache();
  readonly #threadRows = new RowCache();
  readonly #anchors = new Map<string, { readonly anchor: Anchor; readonly last: number }>();
  buffer: LineBuffer = EMPTY;
  /** Rows that the help is scrolled down; undefined while it is not shown. */
  help: number | undefined;
  /** Rows that the thread is scrolled up. */
  threadScroll = 0;
  size: { readonly columns: number; readonly rows: number };
  #hiddenThread: string | undefined;
  /** When the next attempt to connect begins, ms. */
  #retryAt = 0;
  #wasConnected = false;

  constructor(options: ScreenModelOptions) {
    this.#options = options;
    this.chat = options.chat;
    this.palette = options.palette;
    this.size = options.size;
    options.chat.onEvent((event) => this.#onEvent(event));
  }

  changed(): void {
    this.#options.onChange();
  }

  /** The thread that is open and not closed by the reader. */
  get thread(): Chat["thread"] {
    const { thread } = this.chat;
    return thread?.root.id === this.#hiddenThread ? undefined : thread;
  }

  hideThread(): void {
    this.#hiddenThread = this.chat.thread?.root.id;
  }

  get layout(): ScreenLayout {
    const { columns, rows } = this.size;
    const inputRows = layOutInput(this.buffer, columns, maxInputRows(rows)).rows.length;
    return layoutScreen({ columns, rows, inputRows, thread: this.thread !== undefined });
  }

  get log(): RoomLog {
    return this.#scrollback.in(this.chat.room);
  }

  get anchor(): Anchor {
    return this.#anchors.get(this.chat.room)?.anchor;
  }

  set anchor(anchor: Anchor) {
    const { room } = this.chat;
    const last = this.#anchors.get(room)?.last ?? this.log.last;
    if (anchor === undefined) this.#anchors.delete(room);
    else this.#anchors.set(room, { anchor, last });
  }

  /** How much came since the reader scrolled back. */
  get newBelow(): number {
    const { log } = this;
    return log.last - (this.#anchors.get(this.chat.room)?.last ?? log.last);
  }

  /** Whole seconds until the next attempt to connect. */
  get retryInSeconds(): number {
    return Math.max(0, Math.ceil((this.#retryAt - Date.now()) / 1000));
  }

  paper(width: number): Paper {
    return { reader: this.chat.username, room: this.chat.room, palette: this.palette, width };
  }

  /** Rows of the current room's entries, at a width. */
  rowsOf(width: number): RowsOf {
    const { log } = this;
    const paper = this.paper(width);
    const key = `${width}\n${paper.reader}\n${this.chat.room}`;
    return (number) => {
      const entry = log.at(number);
      if (!entry) return [""];
      return this.#rows.get(entry, key, () => [
        ...layOutGap(log.at(number - 1), entry, paper),
        ...layOutEntry(entry, paper),
      ]);
    };
  }

  /** Rows of a message in the thread's pane. */
  threadRowsOf(message: ChatMessage, width: number): ReadonlyArray<string> {
    const paper = this.paper(width);
    const { thread, ...plain } = message;
    const there = { ...paper, room: message.room };
    return this.#threadRows.get(message, `${width}\n${paper.reader}\n${thread}`, () =>
      layOutEntry({ _tag: "message", message: plain }, there),
    );
  }

  /** Says something itself, in the current room. */
  remark(tone: "quiet" | "plain" | "alert", text: string, room: string = this.chat.room): void {
    this.#scrollback.add(room, { _tag: "remark", tone, text, ts: new Date().toISOString() });
    this.changed();
  }

  clear(): void {
    this.#scrollback.clear(this.chat.room);
    this.anchor = undefined;
  }

  #onEvent(event: ChatEvent): void {
    this.nicks.observe(event, this.chat.username);
    this.#take(event);
    this.changed();
  }

  #take(event: ChatEvent): void {
    switch (event._tag) {
      case "message":
        return this.#onMessage(event.message);
      case "changed": {
        const { message } = event;
        return this.#scrollback.replace(message.room, message.id, () => ({ _tag: "message", message }));
      }
      case "removed":
        return this.#scrollback.replace(event.room, event.id, (entry) =>
          entry._tag === "message" ? { ...entry, _tag: "removed" } : entry,
        );
      case "notice":
        return this.#onNotice(event);
      case "error":
        return this.remark("alert", event.text);
      case "presence":
        if (!event.joined) this.typing.stopped(event.room, event.username);
        return this.remark("quiet", `${event.username} ${event.joined ? "joined" : "left"}`, event.room);
      case "typing":
        return this.typing.seen(event.room, event.username, Date.now());
      case "state":
        return this.#onState(event.state);
      case "thread":
        return this.#onThread();
      case "users":
        return this.remark("plain", describeUsers(event), event.room);
      case "place":
        return undefined;
    }
  }

  #onMessage(message: ChatMessage): void {
    this.typing.stopped(message.room, message.username);
    this.#scrollback.add(this.#shownIn(message), { _tag: "message", message });
    if (callsReader(message, this.chat.username)) this.#options.onCalled();
  }

  /** What was found is shown where one is, and so is what was said in private where one cannot go there. */
  #shownIn({ room, found }: ChatMessage): string {
    const { room: current, rooms } = this.chat;
    return found || (room.startsWith("@") && !rooms.includes(room)) ? current : room;
  }

  /** Going to and fro between two rooms tells of each once. */
  #onNotice({ text, room = this.chat.room }: Extract<ChatEvent, { _tag: "notice" }>): void {
    const log = this.#scrollback.in(room);
    const last = log.at(log.last);
    if (last?._tag !== "remark" || last.text !== text) this.remark("plain", text, room);
  }

  #onThread(): void {
    const id = this.chat.thread?.root.id;
    if (id === undefined || id !== this.#hiddenThread) {
      this.#hiddenThread = undefined;
      this.threadScroll = 0;
    }
  }

  #onState(state: ChatState): void {
    if (state._tag === "waiting") {
      this.#retryAt = Date.now() + state.retryInMs;
      if (this.#wasConnected) this.remark("alert", "connection lost");
      this.#wasConnected = false;
    }
    if (state._tag === "connected") {
      this.#wasConnected = true;
      if (state.again) this.remark("quiet", "reconnected");
    }
    if (state._tag === "ended") this.#options.onEnded(state);
  }
}
