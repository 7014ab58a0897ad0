import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Chat, ChatEnding } from "../chat/Chat.ts";
import { KnownNicks } from "../chat/KnownNicks.ts";
import type { Palette } from "../format/Palette.ts";
import { callsReader, renderEvent } from "../format/renderEvent.ts";
import { complete } from "../typed/complete.ts";
import { readTyped } from "../typed/readTyped.ts";
import { type LineScreen, plainScreen, promptScreen } from "./LineScreen.ts";

export interface LineClientOptions {
  readonly chat: Chat;
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly palette: Palette;
  /** Whether the terminal can move its cursor; a dumb one gets lines alone. */
  readonly cursor: boolean;
  readonly bell: boolean;
}

const BELL = "\u0007";

/** A chat line by line, on a terminal or through pipes. Resolves with how it ended, once everything typed was answered. */
export const runLineClient = (options: LineClientOptions): Promise<ChatEnding> => {
  const { chat, input, output, palette, cursor, bell } = options;
  const interactive = input.isTTY === true && output.isTTY === true && cursor;
  const nicks = new KnownNicks();
  const readline = createInterface({
    input,
    ...(interactive && { output }),
    terminal: interactive,
    historySize: 500,
    completer: (line: string) => complete(line, { nicks: nicks.in(chat.room), rooms: chat.rooms }),
  });
  const screen: LineScreen = interactive ? promptScreen(output, readline) : plainScreen(output);
  const prompt = () => {
    readline.setPrompt(`[#${chat.room}] ${chat.username}> `);
    if (interactive) readline.prompt(true);
  };
  const { promise: ended, resolve } = Promise.withResolvers<ChatEnding>();

  chat.onEvent((event) => {
    nicks.observe(event, chat.username);
    const text = renderEvent(event, { username: chat.username, palette });
    const called = event._tag === "message" && callsReader(event.message, chat.username);
    if (text !== undefined) screen.write(called && bell && interactive ? `${BELL}${text}` : text);
    if (event._tag === "state" && event.state._tag === "connected" && !event.state.again)
      screen.write(palette.dim(`-- you are ${chat.username}, in #${chat.room}; /help shows the commands`));
    if (event._tag === "place") prompt();
    if (event._tag === "state" && event.state._tag === "ended") resolve(event.state.ending);
  });

  const answers = new Set<Promise<unknown>>();
  readline.on("line", (line) => {
    if (interactive) screen.forgetEntered(line);
    const typed = readTyped(line);
    if (typed._tag === "send") {
      const answer = chat.input(typed.text);
      answers.add(answer);
      void answer.finally(() => answers.delete(answer));
    } else if (typed._tag === "unknown") screen.write(palette.alert(`!! ${typed.problem}`));
    else if (typed._tag === "clear" && interactive) output.write("\u001b[2J\u001b[3J\u001b[H");
    else if (typed._tag === "quit") return void leave();
    if (interactive) readline.prompt();
  });
  // Ctrl-C takes back what was typed; where nothing was typed, it ends the chat.
  readline.on("SIGINT", () => {
    if (readline.line === "") return void leave();
    readline.write(null, { ctrl: true, name: "e" });
    readline.write(null, { ctrl: true, name: "u" });
  });
  readline.on("close", () => void leave());
  if (interactive)
    input.on("keypress", () => readline.line !== "" && !readline.line.startsWith("/") && chat.typing());

  /** What was typed is answered first: a script's last line is sent before its end is the end. */
  const leave = async () => {
    await Promise.all(answers);
    chat.close();
  };
  return ended.finally(() => {
    readline.close();
    if (interactive) output.write("\n");
  });
};
