import { parseArgs } from "node:util";
import { UsageError } from "./UsageError.ts";

/** What was typed behind `clickclack chat`. */
export interface Arguments {
  readonly url?: string;
  readonly name?: string;
  readonly room?: string;
  readonly token?: string;
  readonly workspace?: string;
  readonly data?: string;
  readonly tui: boolean;
  readonly plain: boolean;
  readonly noColor: boolean;
  readonly help: boolean;
}

const SEE_HELP = "clickclack chat --help shows what there is";

const OPTIONS = {
  url: { type: "string" },
  name: { type: "string" },
  room: { type: "string" },
  token: { type: "string" },
  workspace: { type: "string" },
  data: { type: "string" },
  tui: { type: "boolean" },
  plain: { type: "boolean" },
  "no-color": { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

const named = (words: ReadonlyArray<string>): string => words.map((word) => `--${word}`).join(", ");

const parse = (args: ReadonlyArray<string>) => {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(OPTIONS, token.name) && OPTIONS[token.name as keyof typeof OPTIONS];
    if (!option) throw new UsageError(`there is no flag ${token.rawName}; ${SEE_HELP}`);
    // A value that looks like a flag is one: what was to be the value is missing.
    const missing =
      token.value === undefined || token.value === "" || (!token.inlineValue && token.value.startsWith("--"));
    if (option.type === "string" && missing)
      throw new UsageError(`${token.rawName} wants a value; ${SEE_HELP}`);
    if (option.type === "boolean" && token.value !== undefined)
      throw new UsageError(`${token.rawName} takes no value; ${SEE_HELP}`);
  }
  if (positionals[0] !== undefined)
    throw new UsageError(
      `${positionals[0]} is not understood: what to say is piped in or typed; ${SEE_HELP}`,
    );
  return values;
};

/** Reads what was typed; a variable that stands for a flag is read elsewhere. Throws UsageError. */
export const readArguments = (args: ReadonlyArray<string>): Arguments => {
  const { tui = false, plain = false, help = false, "no-color": noColor = false, ...rest } = parse(args);
  const texts = Object.entries(rest).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  if (tui && plain) throw new UsageError(`${named(["tui", "plain"])} exclude each other`);
  return {
    ...Object.fromEntries(texts),
    tui: tui === true,
    plain: plain === true,
    noColor: noColor === true,
    help: help === true,
  };
};
