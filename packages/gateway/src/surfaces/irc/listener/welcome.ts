import type { IrcActor, IrcParts } from "../IrcParts.ts";
import { lusersReplies } from "../commands/server.ts";
import { MAX_CHANNEL } from "../../../rooms/channelName.ts";
import { MAX_NICK, sourceOf } from "../../../rooms/nick.ts";
import { motdReplies, type Reply, reply } from "../model/numerics.ts";

/** Tokens of one 005 line, besides the nick and the text. */
const TOKENS_A_LINE = 12;

const supported = (serverName: string): ReadonlyArray<string> => [
  "CASEMAPPING=ascii",
  "CHANTYPES=#",
  "CHANMODES=b,k,l,imnst",
  "PREFIX=(ov)@+",
  `NICKLEN=${MAX_NICK}`,
  `CHANNELLEN=${MAX_CHANNEL}`,
  "TOPICLEN=390",
  "KICKLEN=300",
  "AWAYLEN=300",
  "MODES=20",
  "MAXLIST=b:100",
  `NETWORK=${serverName}`,
  "CHATHISTORY=100",
  "MSGREFTYPES=msgid,timestamp",
];

/** What a client is greeted with: 001 to 005, how many are here, and the message of the day. */
export const welcome = async (
  parts: IrcParts,
  actor: IrcActor,
  nick: string,
): Promise<ReadonlyArray<Reply>> => {
  const { serverName, version, motd } = parts.settings;
  const tokens = supported(serverName);
  const lines: Array<Reply> = [];
  for (let at = 0; at < tokens.length; at += TOKENS_A_LINE)
    lines.push(reply("005", tokens.slice(at, at + TOKENS_A_LINE), "are supported by this server"));
  return [
    reply("001", [], `Welcome to ${serverName}, ${sourceOf(nick, serverName)}`),
    reply("002", [], `Your host is ${serverName}, running version clickclack-${version}`),
    reply("003", [], `This server was created ${actor.replica.state.createdAt}`),
    reply("004", [serverName, `clickclack-${version}`, "i", "bklmnostiv"]),
    ...lines,
    ...(await lusersReplies(parts, actor.replica.state.channels.size)),
    ...motdReplies(serverName, motd),
  ];
};
