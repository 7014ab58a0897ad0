import { type CommandContext, type Commands, firstWord } from "./commands/Command.ts";
import { messageCommands } from "./commands/messageCommands.ts";
import { peopleCommands } from "./commands/peopleCommands.ts";
import { roomCommands } from "./commands/roomCommands.ts";
import { say } from "./commands/say.ts";
import { threadCommands } from "./commands/threadCommands.ts";
import { Refusal } from "./Refusal.ts";
import { workspaceCommand } from "./workspaceCommands.ts";

const COMMANDS: Commands = { ...roomCommands, ...messageCommands, ...threadCommands, ...peopleCommands };

/** Does what was typed: `/x` is a command and never said, `//x` says `/x`. Throws Refusal and what the server refuses. */
export const carryOut = async (context: CommandContext, typed: string): Promise<void> => {
  const line = typed.trim();
  if (!line.startsWith("/")) return say(context, typed);
  if (line.startsWith("//")) return say(context, line.slice(1));
  const [word, rest] = firstWord(line.slice(1));
  const command = COMMANDS[workspaceCommand(word.toLowerCase())?.name ?? ""];
  if (!command)
    throw new Refusal("unknown_command", `there is no command /${word}; /help shows what there is`);
  return command(context, rest.trim());
};
