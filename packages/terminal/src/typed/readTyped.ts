import { terminalCommand } from "@clickclack/protocol/terminal/terminalCommands";

/** What a typed line asks for. */
export type Typed =
  | { readonly _tag: "nothing" }
  | { readonly _tag: "send"; readonly text: string }
  | { readonly _tag: "clear" }
  | { readonly _tag: "quit" }
  | { readonly _tag: "unknown"; readonly problem: string };

const ONE_LINE = "a command is one line: nothing was sent, and Up brings it back";

/** Reads a typed line: `/x` is a command and never sent as text, `//x` says `/x`. `more` are further commands of this chat. */
export const readTyped = (line: string, more: ReadonlySet<string> = new Set()): Typed => {
  if (line.trim() === "") return { _tag: "nothing" };
  const name = /^\/(?!\/)(\S*)/.exec(line.trim())?.[1]?.toLowerCase();
  if (name === undefined) return { _tag: "send", text: line };
  if (line.trim().includes("\n")) return { _tag: "unknown", problem: ONE_LINE };
  if (name === "clear") return { _tag: "clear" };
  const command = terminalCommand(name);
  if (command?.name === "quit") return { _tag: "quit" };
  if (command || more.has(name)) return { _tag: "send", text: line.trim() };
  return { _tag: "unknown", problem: `there is no command /${name}; /help shows what there is` };
};
