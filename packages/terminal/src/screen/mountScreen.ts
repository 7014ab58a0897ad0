import { render } from "ink";
import { createElement } from "react";
import type { FrameClock } from "./FrameClock.ts";
import type { ScreenModel } from "./ScreenModel.ts";
import type { ScreenOutput } from "./terminal/ScreenOutput.ts";
import type { TerminalInput } from "./terminal/TakenTerminal.ts";
import { Screen } from "./view/Screen.ts";

export interface MountOptions {
  readonly model: ScreenModel;
  readonly frames: FrameClock;
  readonly input: TerminalInput;
  readonly output: ScreenOutput;
  readonly quit: () => void;
  readonly suspend: () => void;
}

export interface MountedScreen {
  /** Draws everything anew, at the size that the terminal has now. */
  readonly redraw: () => void;
  readonly unmount: () => void;
  /** Rejects when the screen cannot be drawn. */
  readonly ended: Promise<unknown>;
}

/** Has Ink draw the screen, and read the keys. */
export const mountScreen = ({ model, frames, input, output, quit, suspend }: MountOptions): MountedScreen => {
  const redraw = () => {
    model.size = { columns: output.columns, rows: output.rows };
    // What Ink believes to be on the screen is forgotten, and so is what is there.
    ink.clear();
    output.write("\u001b[H\u001b[2J");
    ink.rerender(screen());
    output.emit("resize");
  };
  const effects = { quit, redraw, suspend: () => (suspend(), redraw()) };
  const screen = () => createElement(Screen, { model, frames, effects });
  const ink = render(screen(), {
    stdin: input as NodeJS.ReadStream,
    stdout: output as unknown as NodeJS.WriteStream,
    exitOnCtrlC: false,
    patchConsole: false,
    incrementalRendering: true,
    interactive: true,
    maxFps: 60,
    onRender: ({ renderTime }) => frames.took(renderTime),
  });
  return { redraw, unmount: () => ink.unmount(), ended: ink.waitUntilExit() };
};
