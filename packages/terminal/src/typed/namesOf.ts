import type { TerminalCommand } from "@clickclack/protocol/terminal/terminalCommands";

/** Whatever may be typed for these commands: their names and aliases. */
export const namesOf = (commands: ReadonlyArray<TerminalCommand>): ReadonlyArray<string> =>
  commands.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
