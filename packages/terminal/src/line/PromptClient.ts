import { createInterface, type Interface } from "node:readline";
import type { Chat, ChatEnding, ChatEvent, InputOutcome } from "../chat/Chat.ts";
import { KnownNicks } from "../chat/KnownNicks.ts";
import { callsReader, type Reader, renderEvent } from "../format/renderEvent.ts";
import { safeText } from "../safeText.ts";
import { complete } from "../typed/complete.ts";
import { readTyped } from "../typed/readTyped.ts";
import { namesOf } from "../typed/namesOf.ts";
import { LEAVE_WITHIN_MS, type LineClientOptions } from "./LineClientOptions.ts";
import { LineScreen } from "./LineScreen.ts";
import { LINE_MARK, MARK_PASTES, PasteFilter, UNMARK_PASTES } from "./PasteFilter.ts";
import { promptOf, secondsOf } from "./promptOf.ts";
import { RecentMessages } from "./RecentMessages.ts";
import { ThreadNews } from "./ThreadNews.ts";
import { unsentNotice } from "./unsentNotice.ts";

const BELL = "\u0007";
/** What was typed is answered within this, ms, if all is well; later it is told to wait, lest it be taken for lost. */
const LATE_MS = 2_000;
/** Typed lines that Up brings back. */
const HISTORY = 500;
const OWN_KEYS =
  "here also: /clear, Tab completes, Up brings back what was typed, Ctrl-C takes back a line, Ctrl-D leaves";

/** A key as readline tells of it. */
interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
}

/** A chat on a terminal: lines above a prompt. */
export class PromptClient {
  readonly #chat: Chat;
  readonly #options: LineClientOptions;
  readonly #keys: PasteFilter;
  readonly #readline: Interface;
  readonly #screen: LineScreen;
  readonly #nicks = new KnownNicks();
  readonly #recent = new RecentMessages();
  readonly #thread: ThreadNews;
  readonly #answers = new Set<Promise<InputOutcome>>();
  readonly #ended = Promise.withResolvers<ChatEnding>();
  #enteredRows = 0;
  #waitingSince = 0;
  #ticking: ReturnType<typeof setInterval> | undefined;
  /** Whether it was told that the connection is lost; from then on the prompt counts. */
  #toldLost = false;
  #left = false;

  constructor(options: LineClientOptions) {
    this.#options = options;
    this.#chat = options.chat;
    this.#thread = new ThreadNews(options.chat);
    this.#keys = new PasteFilter(process.stdin);
    this.#readline = createInterface({
      input: this.#keys,
      output: process.stdout,
      terminal: true,
      historySize: HISTORY,
      removeHistoryDuplicates: true,
      completer: (line: string) => this.#complete(line),
    });
    this.#screen = new LineScreen(process.stdout, this.#readline);
  }

  /** Resolves with how it ended, the terminal as it was. */
  async run(): Promise<ChatEnding> {
    process.stdout.write(MARK_PASTES);
    this.#readline.setPrompt(this.#prompt());
    this.#readline.on("line", (line) => this.#onLine(line.replaceAll(LINE_MARK, "\n")));
    this.#readline.on("SIGINT", () => this.#onInterrupt());
    this.#readline.on("SIGCONT", () => this.#onContinued());
    this.#readline.on("close", () => void this.#leave());
    this.#keys.prependListener("keypress", (_text, key: Key) => this.#onKey(key));
    process.stdout.prependListener("resize", () => this.#screen.resized(this.#prompt()));
    this.#chat.onEvent((event) => this.#onEvent(event));
    this.#readline.prompt();
    this.#chat.open();
    const ending = await this.#ended.promise;
    this.#restore(ending);
    return ending;
  }

  #restore(ending: ChatEnding): void {
    this.#left = true;
    clearInterval(this.#ticking);
    process.stdout.removeAllListeners("resize");
    this.#screen.leave();
    const { line } = this.#readline;
    if (ending !== "quit" && line !== "") process.stdout.write(`!! not sent: ${line}\n`);
    this.#readline.close();
    this.#keys.detach();
    process.stdout.write(UNMARK_PASTES);
  }

  #prompt(): string {
    const left = secondsOf(this.#chat.state, Date.now() - this.#waitingSince);
    return promptOf(this.#chat, left, process.stdout.columns);
  }

  #complete(line: string): [string[], string] {
    const { room, rooms, commands } = this.#chat;
    const present = this.#chat.peopleIn(room).map(({ username }) => username);
    const nicks = [...this.#nicks.in(room), ...present].filter((nick) => nick !== this.#chat.username);
    return complete(line, { nicks, rooms, commands: namesOf(commands) });
  }

  // Readline has not seen the key yet: how many rows a line takes that is entered is known now, and not afterwards.
  #onKey({ name: key, ctrl = false }: Key): void {
    // Readline stops the program itself; the shell is not to find pastes marked.
    if (key === "z" && ctrl) process.stdout.write(UNMARK_PASTES);
    else if (key === "return" || key === "enter") {
      this.#readline.write(null, { ctrl: true, name: "e" });
      this.#enteredRows = this.#readline.getCursorPos().rows + 1;
    } else if (this.#readline.line !== "" && !this.#readline.line.startsWith("/")) this.#chat.typing();
  }

  #onLine(line: string): void {
    this.#screen.takeBack(this.#enteredRows);
    const typed = readTyped(line, new Set(namesOf(this.#chat.commands)));
    if (typed._tag === "send") this.#send(typed.text);
    else if (typed._tag === "unknown") this.#problem(typed.problem);
    else if (typed._tag === "clear") this.#screen.clear();
    else if (typed._tag === "quit") return void this.#leave();
    this.#readline.prompt();
  }

  /** Stopped by Ctrl-Z, and here again: readline waits to be told to read on. */
  #onContinued(): void {
    process.stdout.write(MARK_PASTES);
    this.#readline.resume();
  }

  #send(text: string): void {
    const waits = unsentNotice(this.#chat.state, text);
    if (waits !== undefined) this.#screen.write(this.#options.palette.dim(waits));
    const answer = this.#chat.input(text);
    this.#answers.add(answer);
    // The line was taken off the screen, to come back as a message.
    const late = setTimeout(() => this.#onLate(text), LATE_MS);
    void answer.then((outcome) => {
      clearTimeout(late);
      this.#answers.delete(answer);
      if (outcome === "done" && /^\/help\s*$/i.test(text))
        this.#screen.write(this.#options.palette.dim(`-- ${OWN_KEYS}`));
    });
  }

  #onLate(text: string): void {
    if (this.#chat.state._tag === "connected")
      this.#screen.write(this.#options.palette.dim(`-- not sent yet: ${safeText(text)}`));
  }

  #problem(problem: string): void {
    this.#screen.write(this.#options.palette.alert(`!! ${problem}`));
  }

  /** Takes back what was typed; where nothing was typed, leaves. */
  #onInterrupt(): void {
    if (this.#readline.line === "") return void this.#leave();
    this.#readline.write(null, { ctrl: true, name: "e" });
    this.#readline.write(null, { ctrl: true, name: "u" });
  }

  /** What was typed is answered first, if there is anybody to answer. */
  async #leave(): Promise<void> {
    if (this.#left) return;
    this.#left = true;
    if (this.#chat.state._tag === "connected" && this.#answers.size > 0) {
      const late = new Promise((done) => setTimeout(done, LEAVE_WITHIN_MS).unref());
      await Promise.race([Promise.all(this.#answers), late]);
    }
    this.#chat.close();
  }

  #onEvent(event: ChatEvent): void {
    this.#nicks.observe(event, this.#chat.username);
    if (event._tag === "state") this.#onState(event);
    const news = this.#thread.read(this.#reader);
    if (news !== undefined) this.#screen.write(news);
    const isWaiting = event._tag === "state" && event.state._tag === "waiting";
    const text = isWaiting && this.#toldLost ? undefined : this.#render(event);
    if (text !== undefined) this.#screen.write(text);
    this.#toldLost ||= isWaiting;
    if (event._tag === "message" || event._tag === "changed") this.#recent.remember(event.message);
    if (event._tag === "place" || event._tag === "state" || event._tag === "thread")
      this.#screen.setPrompt(this.#prompt());
    if (event._tag === "state" && event.state._tag === "ended") this.#ended.resolve(event.state.ending);
  }

  #onState({ state }: Extract<ChatEvent, { _tag: "state" }>): void {
    clearInterval(this.#ticking);
    if (state._tag === "connected") this.#toldLost = false;
    if (state._tag !== "waiting") return;
    this.#waitingSince = Date.now();
    this.#ticking = setInterval(() => this.#screen.setPrompt(this.#prompt()), 1000);
  }

  get #reader(): Reader {
    const { username, room } = this.#chat;
    return { username, room, palette: this.#options.palette, known: (id) => this.#recent.get(id) };
  }

  #render(event: ChatEvent): string | undefined {
    const text = renderEvent(event, this.#reader);
    const rings = event._tag === "message" && callsReader(event.message, this.#chat.username);
    return rings && text !== undefined ? BELL + text : text;
  }
}
