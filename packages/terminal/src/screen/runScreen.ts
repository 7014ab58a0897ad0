import type { Chat, ChatEnding, ChatState } from "../chat/Chat.ts";
import type { Palette } from "../format/Palette.ts";
import { FrameClock } from "./FrameClock.ts";
import { ScreenModel } from "./ScreenModel.ts";
import { ScreenOutput, type TerminalOutput } from "./terminal/ScreenOutput.ts";
import { Tidy } from "./Tidy.ts";
import { TakenTerminal, type TerminalInput } from "./terminal/TakenTerminal.ts";

export interface ScreenOptions {
  readonly chat: Chat;
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  readonly palette: Palette;
  /** Whether to ring when the reader is named. */
  readonly bell: boolean;
}

const BELL = "\u0007";
/** What was typed before one leaves is answered within this, ms, or is told to be not sent. */
const LEAVE_WITHIN_MS = 2_000;
/** Countdowns and who is typing are looked at this often, ms. */
const TICK_MS = 250;

type Ended = Extract<ChatState, { _tag: "ended" }>;

/** What is left to say when the screen is gone: what was not sent. Why it ended is for the caller to tell. */
const farewell = (unsent: ReadonlyArray<string>): string =>
  unsent.map((text) => `!! not sent: ${text}\n`).join("");

/** The answers to what was sent are waited for, but not for long. */
const leave = async (model: ScreenModel): Promise<void> => {
  const until = performance.now() + LEAVE_WITHIN_MS;
  while (model.pending.any && model.chat.state._tag === "connected" && performance.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 20));
  model.chat.close();
};

/**
 * A chat on the whole screen of a terminal. Resolves with how it ended, the terminal as it was before; rejects with
 * whatever kept it from being drawn.
 */
export const runScreen = async ({
  chat,
  input,
  output,
  palette,
  bell,
}: ScreenOptions): Promise<ChatEnding> => {
  // React takes what it is by this, when it is loaded; the other way it is slower and larger.
  process.env["NODE_ENV"] ??= "production";
  const { mountScreen } = await import("./mountScreen.ts");
  const ended = Promise.withResolvers<Ended | undefined>();
  const frames = new FrameClock();
  const screenOutput = new ScreenOutput(output);
  const terminal = new TakenTerminal(input, output, () => screenOutput.shut());
  const { columns, rows } = screenOutput;
  const model = new ScreenModel({
    chat,
    palette,
    size: { columns, rows },
    onChange: frames.request,
    onCalled: () => void (bell && screenOutput.write(BELL)),
    onEnded: ended.resolve,
  });
  chat.onEvent(new Tidy().step);
  const quit = () => void leave(model).then(() => ended.resolve(undefined));
  const hangUp = () => ended.resolve(undefined);
  const ticking = setInterval(() => {
    if (chat.state._tag === "waiting" || model.typing.any || model.pending.any) model.changed();
  }, TICK_MS);
  try {
    const mounted = mountScreen({
      model,
      frames,
      input,
      output: screenOutput,
      quit,
      suspend: terminal.suspend,
    });
    mounted.ended.then(hangUp, ended.reject);
    output.on("resize", mounted.redraw);
    output.on("error", hangUp);
    input.on("end", hangUp);
    // A terminal that hung up refuses to be given back.
    input.on("error", hangUp);
    process.on("SIGCONT", mounted.redraw);
    chat.open();
    const how = await ended.promise.finally(() => {
      output.off("resize", mounted.redraw);
      process.off("SIGCONT", mounted.redraw);
      mounted.unmount();
    });
    terminal.giveBack();
    const ending = how?.ending ?? "quit";
    const typed = ending !== "quit" && model.buffer.text !== "" ? [model.buffer.text] : [];
    output.write(farewell([...model.pending.all.map(({ text }) => text), ...typed]));
    return ending;
  } finally {
    clearInterval(ticking);
    frames.stop();
    terminal.giveBack();
    input.off("end", hangUp);
    input.pause();
    chat.close();
  }
};
