import type { TerminalCommand } from "@clickclack/protocol/terminal/terminalCommands";

/** What may be typed in a workspace. */
export const WORKSPACE_COMMANDS: ReadonlyArray<TerminalCommand> = [
  { name: "rooms", usage: "/rooms", what: "the channels and conversations, and what is new in each" },
  { name: "join", usage: "/join <room>", what: "enter a channel, or make one you are in current" },
  { name: "create", usage: "/create <room> [private]", what: "make a channel and enter it" },
  { name: "leave", usage: "/leave", what: "leave the current room" },
  { name: "dm", usage: "/dm <user>[,user] [text]", what: "go to the conversation with somebody" },
  { name: "msg", usage: "/msg <user> <text>", what: "say something to one person alone" },
  { name: "me", usage: "/me <text>", what: "say what you do" },
  { name: "thread", usage: "/thread [n|id|close]", what: "open the thread of the n-th newest message" },
  { name: "reply", usage: "/reply <text>", what: "answer in the open thread, as plain text does then" },
  { name: "say", usage: "/say <text>", what: "speak in the room while a thread is open" },
  { name: "react", usage: "/react <emoji> [n]", what: "react to the n-th newest message, or take it back" },
  { name: "edit", usage: "/edit [n] <text>", what: "change your last message, or your n-th newest" },
  { name: "delete", usage: "/delete [n]", what: "delete your last message, or your n-th newest" },
  { name: "history", usage: "/history [n]", what: "what was said here before" },
  { name: "search", usage: "/search <words>", what: "find what was said in the workspace" },
  { name: "users", usage: "/users", what: "who is in the current room", aliases: ["names"] },
  { name: "who", usage: "/who [user]", what: "who is connected, or about one person" },
  { name: "topic", usage: "/topic [text]", what: "the title of the channel, or another one" },
  { name: "nick", usage: "/nick <name>", what: "take another handle" },
  { name: "workspace", usage: "/workspace [slug]", what: "your workspaces, or go to another" },
  { name: "help", usage: "/help", what: "these commands" },
  { name: "quit", usage: "/quit", what: "go away", aliases: ["exit"] },
];

/** The command that a name or alias stands for. */
export const workspaceCommand = (name: string): TerminalCommand | undefined =>
  WORKSPACE_COMMANDS.find((one) => one.name === name || one.aliases?.includes(name));

const WIDEST = Math.max(...WORKSPACE_COMMANDS.map(({ usage }) => usage.length));

/** The table of commands as text. */
export const describeCommands = (): string =>
  [
    "commands:",
    ...WORKSPACE_COMMANDS.map(({ usage, what }) => `${usage.padEnd(WIDEST)}  ${what}`),
    "//x says /x",
  ].join("\n");
