/** Styles of a terminal; each gives its text back as it is where there is no colour. */
export interface Palette {
  readonly nick: (name: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly alert: (text: string) => string;
  readonly highlight: (text: string) => string;
}

// The eight colours that every colour terminal has, less those that are hard to read on black or on white.
const NICK_COLOURS = [31, 32, 33, 34, 35, 36, 91, 92, 94, 95, 96] as const;

/** A name's colour: the same in every client and at every start. */
export const nickColour = (name: string): number => {
  let hash = 0;
  for (const char of name.toLowerCase()) hash = (hash * 31 + char.codePointAt(0)!) >>> 0;
  return NICK_COLOURS[hash % NICK_COLOURS.length]!;
};

const same = (text: string): string => text;
export const PLAIN: Palette = { nick: same, dim: same, bold: same, alert: same, highlight: same };

const styled = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`;

export const COLOURED: Palette = {
  nick: (name) => styled(nickColour(name), 39)(name),
  dim: styled(2, 22),
  bold: styled(1, 22),
  alert: styled(31, 39),
  highlight: styled(7, 27),
};

export interface ColourWish {
  /** `--no-color` */
  readonly refused: boolean;
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Whether to colour: never on a dumb terminal; by flag, NO_COLOR, FORCE_COLOR, and whether anybody looks, in that order. */
export const wantsColour = ({ refused, isTerminal, env }: ColourWish): boolean => {
  if (env["TERM"] === "dumb" || refused) return false;
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  const force = env["FORCE_COLOR"];
  if (force !== undefined) return force !== "0" && force !== "false";
  return isTerminal;
};
