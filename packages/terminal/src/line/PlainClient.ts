import { createInterface } from "node:readline";
import type { Chat, ChatEnding, ChatEvent } from "../chat/Chat.ts";
import { type Reader, renderEvent } from "../format/renderEvent.ts";
import { readTyped } from "../typed/readTyped.ts";
import { namesOf } from "../typed/namesOf.ts";
import { LEAVE_WITHIN_MS, type LineClientOptions } from "./LineClientOptions.ts";
import { secondsOf } from "./promptOf.ts";
import { RecentMessages } from "./RecentMessages.ts";
import { ThreadNews } from "./ThreadNews.ts";
import { unsentNotice } from "./unsentNotice.ts";

export interface PlainClientOptions extends LineClientOptions {
  /** Where what is said and what was asked for is written, line by line. */
  readonly say: (text: string) => void;
  /** Where it is told how the connection stands, and what was refused. */
  readonly remark: (text: string) => void;
  /** Whether a person types, who may leave at once; a program's lines are all sent first. */
  readonly person: boolean;
}

/** How a chat through pipes went. */
export interface PlainOutcome {
  readonly ending: ChatEnding;
  /** Lines that were not taken. */
  readonly refused: number;
}

/** A program's lines wait so long for a lost connection to come back, ms; then they count as refused. */
const OFFLINE_MS = 60_000;
/** A second Ctrl-C this soon leaves: on a terminal that edits lines itself it is not told whether one was being typed. */
const TWICE_MS = 3_000;

/** A chat in plain lines: through pipes, on a terminal that knows no cursor, or for a screen reader. */
export class PlainClient {
  readonly #chat: Chat;
  readonly #options: PlainClientOptions;
  readonly #recent = new RecentMessages();
  readonly #thread: ThreadNews;
  readonly #ended = Promise.withResolvers<ChatEnding>();
  readonly #answers = new Set<Promise<unknown>>();
  #refused = 0;
  #offline: ReturnType<typeof setTimeout> | undefined;
  #interruptedAt = -Infinity;
  #toldSeconds = 0;
  #wasConnected = false;

  constructor(options: PlainClientOptions) {
    this.#options = options;
    this.#chat = options.chat;
    this.#thread = new ThreadNews(options.chat);
  }

  /** Resolves once the input has ended and everything was answered, or the chat has ended by itself. */
  async run(): Promise<PlainOutcome> {
    this.#chat.onEvent((event) => this.#onEvent(event));
    this.#chat.open();
    void this.#readAll();
    const ending = await this.#ended.promise;
    clearTimeout(this.#offline);
    return { ending, refused: this.#refused };
  }

  /** Ctrl-C. */
  interrupt(): void {
    const again = Date.now() - this.#interruptedAt < TWICE_MS;
    this.#interruptedAt = Date.now();
    if (again || !this.#options.person) this.#chat.close();
    else this.#options.remark("-- Ctrl-C once more leaves");
  }

  async #readAll(): Promise<void> {
    const lines = createInterface({ input: process.stdin, terminal: false, crlfDelay: Infinity });
    void this.#ended.promise.then(() => lines.close());
    for await (const line of lines) if ((await this.#onLine(line)) === "left") break;
    const late = new Promise((done) => setTimeout(done, LEAVE_WITHIN_MS).unref());
    await (this.#options.person
      ? Promise.race([Promise.all(this.#answers), late])
      : Promise.all(this.#answers));
    this.#chat.close();
  }

  async #onLine(line: string): Promise<"left" | undefined> {
    const typed = readTyped(line, new Set(namesOf(this.#chat.commands)));
    if (typed._tag === "quit") return "left";
    if (typed._tag === "unknown") {
      this.#options.remark(`!! ${typed.problem}`);
      this.#countRefused(line);
    }
    if (typed._tag !== "send") return undefined;
    const waits = this.#wasConnected ? unsentNotice(this.#chat.state, typed.text) : undefined;
    if (waits !== undefined) this.#options.remark(waits);
    const answer = this.#chat.input(typed.text).then((outcome) => {
      this.#answers.delete(answer);
      // What is lost was told of as not sent.
      if (outcome === "lost") this.#refused += 1;
      else if (outcome === "refused") this.#countRefused(line);
    });
    this.#answers.add(answer);
    // A person's next line may be the wish to leave; a program's waits, or a long file would all be in memory.
    if (!this.#options.person) await answer;
    return undefined;
  }

  #countRefused(line: string): void {
    this.#refused += 1;
    if (!this.#options.person) this.#options.remark(`!! refused: ${line}`);
  }

  #onEvent(event: ChatEvent): void {
    const { say, remark, palette } = this.#options;
    const { username, room } = this.#chat;
    const reader: Reader = { username, room, palette, known: (id) => this.#recent.get(id) };
    const text = this.#isNews(event) ? renderEvent(event, reader) : undefined;
    const remarks = event._tag === "state" || event._tag === "error" || event._tag === "presence";
    if (text !== undefined) (remarks ? remark : say)(text);
    const news = this.#thread.read(reader);
    if (news !== undefined) say(news);
    if (event._tag === "message" || event._tag === "changed") this.#recent.remember(event.message);
    if (event._tag === "state") this.#onState(event);
  }

  /** Each wait is longer than the one before, up to the longest, which need not be told again and again. */
  #isNews(event: ChatEvent): boolean {
    if (event._tag !== "state") return true;
    const seconds = secondsOf(event.state);
    if (event.state._tag === "connected") this.#toldSeconds = 0;
    if (event.state._tag !== "waiting") return true;
    const news = seconds > this.#toldSeconds;
    this.#toldSeconds = Math.max(seconds, this.#toldSeconds);
    return news;
  }

  #onState({ state }: Extract<ChatEvent, { _tag: "state" }>): void {
    if (state._tag === "connected") {
      this.#wasConnected = true;
      clearTimeout(this.#offline);
      this.#offline = undefined;
    } else if (state._tag === "waiting" && !this.#options.person)
      this.#offline ??= setTimeout(() => this.#chat.close(), OFFLINE_MS);
    else if (state._tag === "ended") this.#ended.resolve(state.ending);
  }
}
