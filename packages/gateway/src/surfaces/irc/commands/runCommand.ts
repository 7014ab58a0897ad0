import type { IrcActor, IrcParts } from "../IrcParts.ts";
import { refuse } from "../refusals.ts";
import { invite, join, kick, list, names, part, topic } from "./channels.ts";
import type { CommandHandler, CommandResult, IrcCommand } from "./IrcCommand.ts";
import { mode } from "./modes.ts";
import { away, ison, nick, who, whois, whowas } from "./people.ts";
import { lusers, motd, time, version } from "./server.ts";
import { speak } from "./speak.ts";

/** What both transports carry out; PING, QUIT and what belongs to a connection are theirs. */
const COMMANDS: ReadonlyMap<string, CommandHandler> = new Map(
  Object.entries({
    PRIVMSG: speak,
    NOTICE: speak,
    JOIN: join,
    PART: part,
    TOPIC: topic,
    NAMES: names,
    LIST: list,
    KICK: kick,
    INVITE: invite,
    MODE: mode,
    NICK: nick,
    AWAY: away,
    WHO: who,
    WHOIS: whois,
    WHOWAS: whowas,
    ISON: ison,
    USERHOST: ison,
    MOTD: motd,
    VERSION: version,
    TIME: time,
    LUSERS: lusers,
  }),
);

/** Carries a command out, whichever transport it came by. Throws IrcRefusal, ApiFailure or StoreUnavailable. */
export const runCommand = async (
  parts: IrcParts,
  actor: IrcActor,
  command: IrcCommand,
): Promise<CommandResult> => {
  const handler = COMMANDS.get(command.command);
  if (!handler) throw refuse.unknownCommand(command.command);
  return handler(parts, actor, command);
};
