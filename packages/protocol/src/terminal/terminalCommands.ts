/** A command that is typed, and how. */
export interface TerminalCommand {
  readonly name: string;
  readonly usage: string;
  readonly what: string;
  readonly aliases?: ReadonlyArray<string>;
}

/** Commands that the server carries out. Clients refuse any other `/x` themselves, and `//x` is the text `/x`. */
export const TERMINAL_COMMANDS: ReadonlyArray<TerminalCommand> = [
  { name: "rooms", usage: "/rooms", what: "the rooms, how many are in each, and where you are" },
  { name: "join", usage: "/join <room>", what: "enter a room, or make one you are in current" },
  { name: "create", usage: "/create <room> [capacity]", what: "make a room and enter it" },
  { name: "leave", usage: "/leave [room]", what: "leave the current room, or another one" },
  { name: "users", usage: "/users", what: "who is in the current room", aliases: ["names"] },
  { name: "who", usage: "/who [user]", what: "who is connected, and in which rooms" },
  { name: "msg", usage: "/msg <user> <text>", what: "say something to one person alone" },
  { name: "me", usage: "/me <text>", what: "say what you do" },
  { name: "nick", usage: "/nick <name>", what: "take another name" },
  { name: "history", usage: "/history [n]", what: "what was said here before" },
  { name: "help", usage: "/help", what: "these commands" },
  { name: "quit", usage: "/quit", what: "go away", aliases: ["exit"] },
];

/** The command that a name or alias stands for. */
export const terminalCommand = (name: string): TerminalCommand | undefined =>
  TERMINAL_COMMANDS.find((one) => one.name === name || one.aliases?.includes(name));
