import { COLOURED, PLAIN, type Palette, wantsColour } from "../format/Palette.ts";
import type { Environment } from "./findServer.ts";
import type { Arguments } from "./readArguments.ts";

/** What there is to talk through. */
export interface Mode {
  /** A person types: input comes from a terminal. */
  readonly person: boolean;
  /** A terminal whose cursor may be moved, at both ends. */
  readonly cursor: boolean;
  /** Whatever is written is for the eye, so that all of it belongs in one place. */
  readonly seen: boolean;
  readonly palette: Palette;
}

export interface Terminals {
  readonly input: boolean;
  readonly output: boolean;
}

export const modeOf = (
  { plain, noColor }: Pick<Arguments, "plain" | "noColor">,
  env: Environment,
  { input, output }: Terminals,
): Mode => ({
  person: input,
  cursor: input && output && !plain && env["TERM"] !== "dumb",
  seen: output,
  palette: wantsColour({ refused: noColor || plain, isTerminal: output, env }) ? COLOURED : PLAIN,
});
